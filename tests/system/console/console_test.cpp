// What the console shows, and how it fails.
#include <atomic>
#include <sstream>

#include "piped.hpp"

namespace patchbay::test {
namespace {

struct console_test : ::testing::Test {
  scratch data;
  running_host host{data.path, {(releases / "sequence-1.0.0").string()}};
  command_result type(const std::string& lines, std::vector<std::string> more = {}) {
    return console(data.path, lines, std::move(more));
  }
  /// The debug options of a process.
  json debug_of(const std::string& name) {
    return json::parse(type("get_status " + name + "\n", {"--json"}).output).at("debug");
  }
};

TEST_F(console_test, shows_processes_names_links_and_monitors) {
  const auto got = type("registered\nwhereis sequence\nlinks sequence\nmonitors sequence\nwhereis nobody\n");
  EXPECT_EQ(got.code, 0) << got.errors;
  for (const char* part : {"NAME", "sequence  <0.", "stash ", "monitored by\n", "-\n"}) {
    EXPECT_NE(got.output.find(part), std::string::npos) << part << " in " << got.output;
  }
  for (const char* each :
       {"ps", "tree", "status", "which", "applications", "generations", "help", "messages sequence", "top"}) {
    const auto shown = type(std::string(each) + "\n");
    EXPECT_EQ(shown.code, 0) << each << shown.errors;
    EXPECT_NE(shown.output, "") << each;
  }
}

TEST_F(console_test, sys_looks_at_a_process_and_stops_it) {
  const auto got = type(
      "suspend sequence\nget_status sequence\nresume sequence\nstatistics sequence on\nlog sequence 5\n"
      "call sequence next_number\nstatistics sequence\nlog sequence\nno_debug sequence\nlog sequence\n");
  EXPECT_EQ(got.code, 0) << got.errors;
  for (const char* part : {"\"status\": \"suspended\"", "\"messages_in\": 1", "{\"event\":\"in\"", "none\n"}) {
    EXPECT_NE(got.output.find(part), std::string::npos) << part << " in " << got.output;
  }
  EXPECT_EQ(type("change_code sequence\n").code, 1) << "it is not suspended";
  EXPECT_EQ(type("trace sequence 1\n").output, "0 events, 0 missed\n");
  EXPECT_EQ(type("trace sequence soon\n").code, 1);
}

TEST(console_send, sends_an_info_to_a_process) {
  const scratch data;
  const running_host host(data.path, {(releases / "my_app-1.0.0").string()});
  const auto got = console(data.path,
                           "send my_server note what=milk\n"
                           "call my_server put what=bread\n"
                           "send my_server note {\"what\": \"two eggs\"}\n"
                           "call my_server get\n");
  EXPECT_EQ(got.code, 0) << got.errors;
  EXPECT_EQ(got.output, "2\n[\"milk\",\"bread\",\"two eggs\"]\n");
  for (const char* wrong :
       {"send my_server get", "send my_server note when=now", "send nobody note what=x", "send my_server"}) {
    const auto refused = console(data.path, std::string(wrong) + "\n");
    EXPECT_EQ(refused.code, 1) << wrong;
    EXPECT_NE(refused.errors, "") << wrong;
  }
  EXPECT_EQ(console(data.path, "call my_server get\n").output, "[\"milk\",\"bread\",\"two eggs\"]\n");
}

// Events are printed as they come, long before the trace is over; it ends with its process.
TEST_F(console_test, a_trace_shows_what_comes_and_goes_as_it_happens) {
  ASSERT_EQ(type("start sequence/stash_server as watched start_at=5\n").code, 0);
  auto child =
      port::child::spawn(patchbay_program, {"console", "--data", data.path.string(), "-c", "trace watched 3600"});
  ASSERT_TRUE(child) << child.failure().text;
  const auto until = std::chrono::steady_clock::now() + patience;
  while (debug_of("watched").empty()) ASSERT_LT(std::chrono::steady_clock::now(), until);
  ASSERT_EQ(type("call watched fetch_number\n").output, "5\n");
  std::string seen;
  char buffer[4096];
  while (std::count(seen.begin(), seen.end(), '\n') < 2) {
    pollfd waiting{child->errors.get(), POLLIN, 0};
    ASSERT_EQ(::poll(&waiting, 1, static_cast<int>(std::chrono::milliseconds(patience).count())), 1) << seen;
    const ssize_t n = ::read(child->errors.get(), buffer, sizeof buffer);
    ASSERT_GT(n, 0) << seen;
    seen.append(buffer, static_cast<std::size_t>(n));
  }
  EXPECT_NE(seen.find(R"("event":"in")"), std::string::npos) << seen;
  EXPECT_NE(seen.find(R"("event":"out")"), std::string::npos) << seen;
  EXPECT_NE(seen.find("fetch_number"), std::string::npos) << seen;
  ASSERT_EQ(type("stop watched\n").code, 0);
  EXPECT_EQ(read_all(child->output.get()), "2 events, 0 missed\n");
  EXPECT_EQ(child->wait(patience).code, 0);
}

TEST_F(console_test, top_shows_who_handles_most_first_look_after_look) {
  std::atomic<bool> over{false};
  std::thread caller([&] {
    auto client = node::control_client::connect(data.path / "control.sock");
    while (!over) {
      const auto said =
          client->ask("cast", {{"name", "sequence"}, {"message", "increment_number"}, {"args", {{"delta", 1}}}});
      ASSERT_TRUE(said) << said.failure().text;
    }
  });
  const auto got = type("top 2\n");
  over = true;
  caller.join();
  ASSERT_EQ(got.code, 0) << got.errors;
  std::istringstream lines(got.output);
  int looks = 0;
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("PID")) continue;
    ++looks;
    EXPECT_NE(line.find("HANDLED/S"), std::string::npos) << line;
    std::string pid;
    std::string name;
    std::string module;
    std::int64_t queued = -1;
    std::int64_t handled = -1;
    ASSERT_TRUE(lines >> pid >> name >> module >> queued >> handled) << got.output;
    EXPECT_EQ(name, "sequence") << got.output;
    EXPECT_GT(handled, 0) << got.output;
  }
  EXPECT_EQ(looks, 2) << got.output;
  const json as_json = json::parse(type("top\n", {"--json"}).output);
  ASSERT_TRUE(as_json.is_array());
  EXPECT_TRUE(as_json.at(0).contains("handled")) << as_json;
  for (const char* wrong : {"top 0\n", "top soon\n", "top 3601\n", "top 1 2\n"})
    EXPECT_EQ(type(wrong).code, 1) << wrong;
}

TEST_F(console_test, starts_and_stops_processes) {
  const auto got =
      type("start sequence/stash_server as second start_at=5\nstate second\nstop second\nwhereis second\n");
  EXPECT_EQ(got.code, 0) << got.errors;
  EXPECT_NE(got.output.find("\"number\": 5"), std::string::npos) << got.output;
  EXPECT_TRUE(got.output.ends_with("-\n")) << got.output;
}

TEST_F(console_test, the_exit_code_is_the_last_lines) {
  EXPECT_EQ(type("bogus\ncall sequence next_number\n").code, 0);
  const auto got = type("call sequence next_number\nbogus\n");
  EXPECT_EQ(got.code, 1);
  EXPECT_NE(got.errors.find("`bogus` is no command"), std::string::npos) << got.errors;
  EXPECT_EQ(type("# a remark\n\n").code, 0);
  EXPECT_EQ(type("call\n").code, 1);
  EXPECT_EQ(type("call sequence set_number {\"n\": 1\n").code, 1);
}

TEST_F(console_test, answers_in_json_where_asked) {
  const auto got = type("call sequence next_number\nregistered\n", {"--json"});
  EXPECT_EQ(got.code, 0);
  EXPECT_TRUE(got.output.starts_with("100\n[{")) << got.output;
  EXPECT_EQ(json::parse(type("bogus\n", {"--json"}).output)["error"]["code"], "unknown_command");
}

TEST_F(console_test, one_line_may_be_an_argument) {
  EXPECT_EQ(type("", {"-c", "call sequence next_number"}).output, "100\n");
}

TEST_F(console_test, r_says_where_it_would_have_to_look) {
  EXPECT_NE(type("r sequence\n").errors.find("--build"), std::string::npos);
  EXPECT_NE(type("r sequence\n", {"--build", data.path.string()}).errors.find("no_target"), std::string::npos);
  EXPECT_NE(type("r nothing\n", {"--build", data.path.string()}).errors.find("no application `nothing`"),
            std::string::npos);
}

// The textbooks' `r Sequence.Server`, with the library of this build: running servers keep their code, new ones start in the new.
TEST_F(console_test, reload_loads_beside_what_runs) {
  const operator_at op{data.path};
  const auto ask = [&](const std::string& fields) { return type("", {"--json", "-c", fields}); };
  const auto folder = (releases / "sequence-1.0.0/lib/sequence-1.0.0").string();
  const auto reload = [&](bool upgrade) { return reload_over_socket(data.path, "sequence", folder, upgrade); };
  const json first = reload(false);
  EXPECT_EQ(first["label"], "sequence-1.0.0+r1 (g3)") << first;
  EXPECT_EQ(first["older"], 3);
  EXPECT_EQ(op.patchbay({"call", "sequence", "next_number"}).output, "100\n");
  EXPECT_EQ(ask("start sequence/stash_server as second").code, 0);
  for (const auto& each : op.ask({"ps"})) {
    if (each["name"] == "second") {
      EXPECT_EQ(each["version"], "1.0.0+r1");
    } else if (each["name"] == "sequence") {
      EXPECT_EQ(each["version"], "1.0.0");
    }
  }
  const json third = reload(false);
  EXPECT_EQ(third["error"]["code"], "third_generation") << third;
  const json upgraded = reload(true);
  EXPECT_EQ(upgraded["label"], "sequence-1.0.0+r1 (g3)") << "that build serves already: the others go along to it";
  EXPECT_EQ(upgraded["servers_migrated"], 3) << upgraded;
  EXPECT_EQ(upgraded["older"], 0);
  EXPECT_EQ(op.patchbay({"call", "sequence", "next_number"}).output, "101\n");
  EXPECT_EQ(op.relup({"unpack", (releases / "sequence-2.0.0").string()}).code, 0);
  EXPECT_EQ(op.relup_ask({"install", "2.0.0"})["servers_migrated"], 4) << "a rebuilt version goes on by its appup";
  EXPECT_EQ(op.patchbay({"call", "sequence", "next_number"}).output, "102\n");
}

// What a reload left behind is not forgotten by the next install.
TEST_F(console_test, an_install_beside_two_generations_is_refused_until_the_older_went_along) {
  const operator_at op{data.path};
  const auto folder = (releases / "sequence-1.0.0/lib/sequence-1.0.0").string();
  EXPECT_EQ(reload_over_socket(data.path, "sequence", folder, false)["older"], 3);
  EXPECT_EQ(type("start sequence/stash_server as second\n").code, 0);
  EXPECT_EQ(op.relup({"unpack", (releases / "sequence-2.0.0").string()}).code, 0);
  EXPECT_EQ(op.refusal({"install", "2.0.0"}, relup_program)["code"], "third_generation");
  EXPECT_EQ(reload_over_socket(data.path, "sequence", folder, true)["servers_migrated"], 3);
  const json report = op.relup_ask({"install", "2.0.0"});
  EXPECT_EQ(report["servers_migrated"], 4) << report;
  for (const auto& each : report["purged"]) EXPECT_TRUE(each["unmapped"]) << each;
}

}  // namespace
}  // namespace patchbay::test
