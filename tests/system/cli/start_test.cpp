// patchbay start: who may start, what it says, how it ends.
#include <fstream>

#include "programs.hpp"

namespace patchbay::test {
namespace {

struct start_test : ::testing::Test {
  scratch data;
  operator_at op{data.path};
  std::string sequence = (releases / "sequence-1.0.0").string();
};

TEST_F(start_test, refuses_unsigned_plugins_unless_told) {
  const auto refused = run(patchbay_program, {"start", sequence, "--data", data.path.string()});
  EXPECT_EQ(refused.code, 1);
  EXPECT_NE(refused.errors.find("--allow-unsigned"), std::string::npos) << refused.errors;
  EXPECT_EQ(refused.output, "");
}

TEST_F(start_test, says_when_it_is_ready_and_stops_on_sigterm) {
  running_host host(data.path, {sequence});
  EXPECT_EQ(host.ready_line(), "patchbay: ready: sequence-1.0.0 pid " + std::to_string(host.pid()) + " control " +
                                   (data.path / "control.sock").string() + " [unsigned]");
  EXPECT_EQ(op.ask({"status"}).at("unsigned"), true);
  EXPECT_EQ(op.ask({"status"}).at("permanent"), "sequence-1.0.0");
  const auto ended = host.end(SIGTERM);
  EXPECT_TRUE(ended.clean()) << ended.words() << host.log();
  EXPECT_NE(host.printed().find("patchbay: stopped"), std::string::npos) << host.printed();
  EXPECT_NE(host.log().find("[unsigned]"), std::string::npos) << "every log line says so";
}

TEST_F(start_test, stops_on_sigint_and_by_command) {
  {
    running_host host(data.path, {sequence});
    EXPECT_TRUE(host.end(SIGINT).clean());
  }
  running_host host(data.path, {});
  const auto stopped = op.patchbay({"stop"});
  EXPECT_EQ(stopped.code, 0) << stopped.errors;
  EXPECT_EQ(stopped.output, "stopped\n");
  EXPECT_TRUE(host.wait().clean());
  EXPECT_EQ(op.patchbay({"ping"}).code, 2) << "no such command";
  EXPECT_EQ(op.patchbay({"ps"}).code, 3);
}

TEST_F(start_test, a_directory_is_free_once_stop_says_so) {
  running_host first(data.path, {sequence});
  EXPECT_EQ(op.patchbay({"stop"}).code, 0);
  running_host second(data.path, {});
  EXPECT_NE(second.ready_line().find("ready"), std::string::npos) << second.end(SIGKILL).words() << second.log();
  EXPECT_TRUE(first.wait().clean());
}

TEST_F(start_test, a_second_host_on_the_directory_is_refused_with_the_firsts_pid) {
  running_host host(data.path, {sequence});
  const auto second = run(patchbay_program, {"start", sequence, "--data", data.path.string(), "--allow-unsigned"});
  EXPECT_EQ(second.code, 1);
  EXPECT_NE(second.errors.find(std::to_string(host.pid())), std::string::npos) << second.errors;
  EXPECT_EQ(op.ask({"call", "sequence", "next_number"}), 100) << "the first serves on";
}

TEST_F(start_test, a_directory_that_has_releases_takes_no_unknown_one) {
  { running_host(data.path, {sequence}).end(SIGTERM); }
  const auto other = run(patchbay_program, {"start", (releases / "sequence-2.0.0").string(), "--data",
                                            data.path.string(), "--allow-unsigned"});
  EXPECT_EQ(other.code, 1);
  EXPECT_NE(other.errors.find("unknown_release"), std::string::npos) << other.errors;
  running_host again(data.path, {sequence});
  EXPECT_NE(again.ready_line().find("sequence-1.0.0"), std::string::npos) << again.ready_line();
}

TEST_F(start_test, a_removed_release_is_told_from_an_unknown_one) {
  const std::string second = (releases / "sequence-2.0.0").string();
  {
    running_host host(data.path, {sequence});
    static_cast<void>(op.relup_ask({"unpack", second}));
    static_cast<void>(op.relup_ask({"install", "2.0.0"}));
    static_cast<void>(op.relup_ask({"permanent"}));
    const auto kept = data.path / "generations/by-build-id";
    EXPECT_FALSE(fs::is_empty(kept)) << "1.0.0's library";
    const auto removed = op.relup({"remove", "1.0.0"});
    EXPECT_NE(removed.output.find("and 1 kept copy of its libraries"), std::string::npos) << removed.output;
    EXPECT_NE(removed.output.find("leave RELEASE_DIR out"), std::string::npos) << removed.output;
    EXPECT_EQ(std::distance(fs::directory_iterator(kept), {}), 0) << "what only 1.0.0 used";
    host.end(SIGTERM);
  }
  const auto refused = run(patchbay_program, {"start", sequence, "--data", data.path.string(), "--allow-unsigned"});
  EXPECT_EQ(refused.code, 1);
  for (const char* part : {"sequence-1.0.0, which `relup remove` took from this data directory at 2", "sequence-2.0.0",
                           "Leave RELEASE_DIR out", "relup unpack"})
    EXPECT_NE(refused.errors.find(part), std::string::npos) << part << " in " << refused.errors;
  // What it says to do works.
  running_host again(data.path, {});
  EXPECT_NE(again.ready_line().find("ready: sequence-2.0.0"), std::string::npos) << again.ready_line();
  EXPECT_EQ(op.relup_ask({"unpack", sequence})["already"], false);
  EXPECT_EQ(op.relup_ask({"install", "1.0.0"})["to"], "sequence-1.0.0");
}

TEST_F(start_test, files_of_the_permanent_release_that_are_gone_come_back_from_its_directory) {
  { running_host(data.path, {sequence}).end(SIGTERM); }
  fs::remove_all(data.path / "releases/sequence-1.0.0");
  const auto refused = run(patchbay_program, {"start", "--data", data.path.string(), "--allow-unsigned"});
  EXPECT_EQ(refused.code, 1);
  EXPECT_NE(refused.errors.find("brings them back"), std::string::npos) << refused.errors;
  running_host again(data.path, {sequence});
  EXPECT_NE(again.ready_line().find("ready: sequence-1.0.0"), std::string::npos) << again.ready_line();
}

TEST_F(start_test, with_json_says_ready_and_stopped_as_objects) {
  running_host host(data.path, {sequence, "--json"});
  const json ready = json::parse(host.ready_line(), nullptr, false);
  ASSERT_TRUE(ready.is_object()) << host.ready_line();
  EXPECT_EQ(ready["ready"], "sequence-1.0.0");
  EXPECT_EQ(ready["pid"], host.pid());
  EXPECT_EQ(ready["unsigned"], true);
  EXPECT_EQ(ready["control"], (data.path / "control.sock").string());
  host.end(SIGTERM);
  const json stopped = json::parse(host.printed(), nullptr, false);
  ASSERT_TRUE(stopped.is_object()) << host.printed();
  EXPECT_EQ(stopped["failed"], false);
}

TEST_F(start_test, a_known_release_that_is_not_the_permanent_one_is_told_of) {
  const std::string second = (releases / "sequence-2.0.0").string();
  {
    running_host host(data.path, {sequence});
    static_cast<void>(op.relup_ask({"unpack", second}));
    host.end(SIGTERM);
    EXPECT_EQ(host.log().find("RELEASE_DIR is"), std::string::npos) << host.log();
  }
  running_host host(data.path, {second});
  EXPECT_NE(host.ready_line().find("ready: sequence-1.0.0"), std::string::npos) << host.ready_line();
  host.end(SIGTERM);
  EXPECT_NE(host.log().find("RELEASE_DIR is sequence-2.0.0, but sequence-1.0.0 is permanent and boots"),
            std::string::npos)
      << host.log();
}

TEST_F(start_test, a_first_start_that_fails_binds_the_directory_to_nothing) {
  const scratch work;
  const fs::path broken = work.path / "sequence-1.0.0";
  fs::copy(sequence, broken, fs::copy_options::recursive);
  std::ofstream(broken / "lib/sequence-1.0.0/sequence.so", std::ios::binary | std::ios::app) << "x";
  const auto refused =
      run(patchbay_program, {"start", broken.string(), "--data", data.path.string(), "--allow-unsigned"});
  EXPECT_EQ(refused.code, 1);
  EXPECT_NE(refused.errors.find("damaged"), std::string::npos) << refused.errors;
  EXPECT_TRUE(fs::is_empty(data.path / "releases"));
  running_host mended(data.path, {sequence});
  EXPECT_NE(mended.ready_line().find("ready: sequence-1.0.0"), std::string::npos) << mended.ready_line();
}

TEST_F(start_test, needs_a_release_to_begin_with) {
  const auto refused = run(patchbay_program, {"start", "--data", data.path.string(), "--allow-unsigned"});
  EXPECT_EQ(refused.code, 1);
  EXPECT_NE(refused.errors.find("no_release"), std::string::npos) << refused.errors;
}

TEST_F(start_test, check_config_reads_and_ends) {
  const auto check = [this](const std::string& from, bool unsigned_too) {
    std::vector<std::string> arguments{"start", from, "--data", data.path.string(), "--check-config"};
    if (unsigned_too) arguments.emplace_back("--allow-unsigned");
    return run(patchbay_program, arguments);
  };
  const auto good = check(sequence, true);
  EXPECT_EQ(good.code, 0) << good.errors;
  EXPECT_NE(good.output.find("holds sequence-1.0.0"), std::string::npos) << good.output;
  // What the start itself would refuse.
  const auto unsigned_one = check(sequence, false);
  EXPECT_EQ(unsigned_one.code, 1);
  EXPECT_NE(unsigned_one.errors.find("no signature vouches for"), std::string::npos) << unsigned_one.errors;
  std::ofstream(data.path / "patchbay.toml") << "workres = 2\n";
  const auto bad = check(sequence, true);
  EXPECT_EQ(bad.code, 1);
  EXPECT_NE(bad.errors.find("workers"), std::string::npos) << bad.errors;
  std::ofstream(data.path / "patchbay.toml", std::ios::trunc) << "trusted_keys = [\"RW\"]\n";
  const auto bad_key = check(sequence, true);
  EXPECT_EQ(bad_key.code, 1);
  EXPECT_NE(bad_key.errors.find("trusted_keys of patchbay.toml"), std::string::npos) << bad_key.errors;
}

TEST_F(start_test, a_configuration_that_is_named_must_be_there) {
  const std::string absent = (data.path / "absent.toml").string();
  for (const bool check : {true, false}) {
    std::vector<std::string> arguments{"start",    sequence, "--data",          data.path.string(),
                                       "--config", absent,   "--allow-unsigned"};
    if (check) arguments.emplace_back("--check-config");
    const auto refused = run(patchbay_program, arguments);
    EXPECT_EQ(refused.code, 1);
    EXPECT_NE(refused.errors.find("absent.toml"), std::string::npos) << refused.errors;
  }
}

TEST_F(start_test, an_empty_name_is_wrong_usage_and_not_the_default) {
  for (const auto& [program, command] :
       {std::pair(patchbay_program, "start"), std::pair(patchbay_program, "ps"), std::pair(relup_program, "which")}) {
    for (const auto& given : {std::vector<std::string>{"--data", ""}, {"--data="}, {"--data=", "--json"}}) {
      std::vector<std::string> arguments{command};
      arguments.insert(arguments.end(), given.begin(), given.end());
      const auto refused = run(program, arguments);
      EXPECT_EQ(refused.code, 2) << command << " " << given.front() << ": " << refused.output << refused.errors;
      EXPECT_NE((refused.output + refused.errors).find("--data"), std::string::npos) << refused.output;
    }
  }
  EXPECT_EQ(run(patchbay_program, {"start", "", "--data", data.path.string(), "--allow-unsigned"}).code, 2);
}

TEST_F(start_test, a_second_signal_skips_what_terminates_slowly) {
  running_host host(data.path, {(releases / "unruly-1.0.0").string()});
  for (const char* each : {"first", "second", "third"})
    EXPECT_EQ(op.ask({"call", each, "arm", R"({"with":"linger"})"}), "nothing");
  // Each would take a second to terminate, one after the other.
  host.signal(SIGTERM);
  const auto ended = host.end(SIGINT);
  EXPECT_TRUE(ended.code == 128 + SIGTERM || ended.code == 128 + SIGINT) << ended.words();
  EXPECT_NE(host.log().find("application unruly 1.0.0 killed"), std::string::npos) << host.log();
  std::size_t lingered = 0;
  for (auto at = host.log().find("lingers"); at != std::string::npos; at = host.log().find("lingers", at + 1))
    ++lingered;
  EXPECT_LT(lingered, 3U) << host.log();
}

TEST_F(start_test, one_signal_waits_for_what_terminates_slowly) {
  running_host host(data.path, {(releases / "unruly-1.0.0").string()});
  EXPECT_EQ(op.ask({"call", "second", "arm", R"({"with":"linger"})"}), "nothing");
  EXPECT_TRUE(host.end(SIGTERM).clean());
  EXPECT_NE(host.log().find("lingers"), std::string::npos) << host.log();
  EXPECT_NE(host.log().find("application unruly 1.0.0 stopped"), std::string::npos) << host.log();
}

TEST_F(start_test, a_second_signal_ends_it_at_once) {
  running_host host(data.path, {(releases / "unruly-1.0.0").string()});
  // A handler that runs far longer than this test may: an orderly stop waits for it.
  const auto asked = op.refusal({"call", "first", "nap", R"({"ms":120000})", "--timeout", "100ms"});
  EXPECT_EQ(asked["code"], "timeout") << asked;
  const auto begun = std::chrono::steady_clock::now();
  host.signal(SIGTERM);
  const auto ended = host.end(SIGINT);
  EXPECT_EQ(ended.how, port::child_end::kind::exited);
  EXPECT_TRUE(ended.code == 128 + SIGTERM || ended.code == 128 + SIGINT) << ended.words();
  EXPECT_LT(std::chrono::steady_clock::now() - begun, seconds(30));
}

}  // namespace
}  // namespace patchbay::test
