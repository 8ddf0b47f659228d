// What the console shows, and how it fails.
#include "piped.hpp"

namespace patchbay::test {
namespace {

struct console_test : ::testing::Test {
  scratch data;
  running_host host{data.path, {(releases / "sequence-1.0.0").string()}};
  command_result type(const std::string& lines, std::vector<std::string> more = {}) {
    return console(data.path, lines, std::move(more));
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
