// relup, as an operator uses it; and what a host that was killed boots.
#include "programs.hpp"

namespace patchbay::test {
namespace {

struct relup_test : ::testing::Test {
  void start() { host.emplace(data.path, std::vector<std::string>{(releases / "sequence-1.0.0").string()}); }
  void unpack(const std::string& release) {
    EXPECT_EQ(op.relup_ask({"unpack", (releases / release).string()})["id"], release);
  }
  [[nodiscard]] json next() const { return op.ask({"call", "sequence", "next_number"}); }

  scratch data;
  operator_at op{data.path};
  std::optional<running_host> host;
};

TEST_F(relup_test, carries_a_server_forth_and_back) {
  start();
  EXPECT_EQ(next(), 100);
  unpack("sequence-2.0.0");
  EXPECT_EQ(op.status_of("sequence-2.0.0"), "unpacked");
  const auto plan = op.relup_ask({"plan", "2.0.0"})["text"].get<std::string>();
  EXPECT_NE(plan.find("+delta: i64"), std::string::npos) << plan;

  const auto pid = op.ask({"state", "sequence"})["pid"];
  auto report = op.relup_ask({"install", "2.0.0"});
  EXPECT_GT(report["servers_in_set"], 0);
  EXPECT_EQ(report["servers_in_set"], report["servers_migrated"]);
  EXPECT_EQ(report["recorded"], true);
  ASSERT_EQ(report["purged"].size(), 1U);
  EXPECT_EQ(report["purged"][0]["unmapped"], true) << report["purged"];
  EXPECT_EQ(op.status_of("sequence-2.0.0"), "current");
  EXPECT_EQ(op.ask({"state", "sequence"})["pid"], pid) << "the same process";
  EXPECT_EQ(next(), 101);
  EXPECT_EQ(op.ask({"call", "sequence", "set_delta", R"({"delta":5})"}), 1);

  EXPECT_EQ(op.relup_ask({"permanent"})["id"], "sequence-2.0.0");
  EXPECT_EQ(op.status_of("sequence-2.0.0"), "permanent");
  report = op.relup_ask({"rollback"});
  EXPECT_EQ(report["to"], "sequence-1.0.0");
  EXPECT_EQ(report["purged"][0]["unmapped"], true) << report["purged"];
  EXPECT_EQ(next(), 102);
  EXPECT_EQ(op.refusal({"call", "sequence", "set_delta", R"({"delta":5})"})["code"], "undef_message");
}

TEST_F(relup_test, install_prints_its_phases_and_a_report) {
  start();
  unpack("sequence-2.0.0");
  const auto printed = op.relup({"install", "sequence-2.0.0"});
  EXPECT_EQ(printed.code, 0) << printed.errors;
  for (const char* expected : {"plan", "record", "load", "freeze", "migrate", "pause", "unmapped"}) {
    EXPECT_NE(printed.output.find(expected), std::string::npos) << expected << " in\n" << printed.output;
  }
}

TEST_F(relup_test, a_release_whose_code_change_throws_is_refused) {
  start();
  EXPECT_EQ(next(), 100);
  unpack("sequence-2.1.0");
  const auto failure = op.refusal({"install", "2.1.0"}, relup_program);
  EXPECT_EQ(failure["code"], "code_change_failed") << failure;
  EXPECT_NE(failure["text"].get<std::string>().find("sequence"), std::string::npos) << failure;
  EXPECT_EQ(op.status_of("sequence-2.1.0"), "unpacked");
  EXPECT_EQ(op.ask({"status"})["release"], "sequence-1.0.0");
  EXPECT_EQ(next(), 101);
}

TEST_F(relup_test, a_kill_before_permanent_boots_the_permanent_release) {
  start();
  unpack("sequence-2.0.0");
  static_cast<void>(op.relup_ask({"install", "2.0.0"}));
  EXPECT_EQ(host->end(SIGKILL).how, port::child_end::kind::signalled);

  host.emplace(data.path, std::vector<std::string>{});
  EXPECT_NE(host->ready_line().find("ready: sequence-1.0.0"), std::string::npos) << host->ready_line();
  EXPECT_EQ(op.status_of("sequence-1.0.0"), "permanent");
  EXPECT_EQ(op.status_of("sequence-2.0.0"), "unpacked");
  static_cast<void>(op.relup_ask({"install", "2.0.0"}));
  static_cast<void>(op.relup_ask({"permanent"}));
  host->end(SIGKILL);

  host.emplace(data.path, std::vector<std::string>{});
  EXPECT_NE(host->ready_line().find("ready: sequence-2.0.0"), std::string::npos) << host->ready_line();
}

TEST_F(relup_test, which_and_plan_need_no_host) {
  start();
  unpack("sequence-2.0.0");
  host->end(SIGTERM);
  EXPECT_EQ(op.status_of("sequence-1.0.0"), "permanent");
  EXPECT_NE(op.relup_ask({"plan", "2.0.0"})["text"].get<std::string>().find("+delta: i64"), std::string::npos);
  const auto both =
      op.relup_ask({"plan", (releases / "sequence-1.0.0").string(), (releases / "sequence-2.0.0").string()});
  EXPECT_NE(both["text"].get<std::string>().find("+delta: i64"), std::string::npos);
  EXPECT_EQ(op.relup({"install", "2.0.0"}).code, 3);
}

TEST_F(relup_test, a_stopped_host_is_not_waited_for) {
  start();
  host->signal(SIGSTOP);
  EXPECT_EQ(op.refusal({"which"}, relup_program)["code"], "no_answer");
  EXPECT_EQ(op.refusal({"plan", "1.0.0"}, relup_program)["code"], "no_answer");
  host->signal(SIGCONT);
  EXPECT_EQ(op.status_of("sequence-1.0.0"), "permanent");
}

TEST_F(relup_test, a_version_that_cannot_be_printed_is_no_success) {
  const auto ran = run("/bin/sh", {"-c", relup_program.string() + " --version >/dev/full"});
  EXPECT_EQ(ran.code, 1);
  EXPECT_NE(ran.errors.find("cannot write"), std::string::npos) << ran.errors;
}

TEST_F(relup_test, check_loads_and_unloads_without_a_swap) {
  start();
  unpack("sequence-2.0.0");
  const auto checked = op.relup_ask({"check", "2.0.0"});
  EXPECT_EQ(checked["loaded"].size(), 1U);
  ASSERT_EQ(checked["unloaded"].size(), 1U);
  EXPECT_EQ(checked["unloaded"][0]["unmapped"], true) << checked;
  EXPECT_EQ(op.ask({"status"})["release"], "sequence-1.0.0");
}

TEST_F(relup_test, refusals_name_what_is_wrong) {
  start();
  EXPECT_EQ(op.refusal({"install", "3.0.0"}, relup_program)["code"], "no_such_release");
  EXPECT_EQ(op.refusal({"install", "1.0.0"}, relup_program)["code"], "already_installed");
  EXPECT_EQ(op.refusal({"remove", "1.0.0"}, relup_program)["code"], "permanent");
  EXPECT_EQ(op.refusal({"rollback"}, relup_program)["code"], "no_previous");
  EXPECT_EQ(op.refusal({"unpack", releases.string()}, relup_program)["code"].get<std::string>().empty(), false);
  EXPECT_EQ(op.relup({"install", "1.0.0", "--suspend-timeout", "soon"}).code, 2);
  EXPECT_EQ(op.relup({}).code, 2);
  unpack("sequence-2.0.0");
  EXPECT_EQ(op.relup_ask({"unpack", (releases / "sequence-2.0.0").string()})["already"], true);
  EXPECT_EQ(op.relup_ask({"remove", "2.0.0"})["id"], "sequence-2.0.0");
  EXPECT_EQ(op.status_of("sequence-2.0.0"), "unknown");
  EXPECT_FALSE(fs::exists(data.path / "releases" / "sequence-2.0.0"));
}

}  // namespace
}  // namespace patchbay::test
