// One server's code_change throws or hangs: nobody is migrated, and each state is as it was.
#include "refusals.hpp"

namespace patchbay::test {
namespace {

struct bad_migrations : ::testing::Test {
  void SetUp() override {
    for (const char* each : {"first", "second", "third"}) EXPECT_EQ(ask(each), 1);
    static_cast<void>(op.relup_ask({"unpack", (releases / "unruly-2.0.0").string()}));
  }
  [[nodiscard]] json ask(const std::string& server) const { return op.ask({"call", server, "ask"}); }
  json arm(const std::string& server, const std::string& with) const {
    return op.ask({"call", server, "arm", json{{"with", with}}.dump()});
  }
  void all_answer(std::int64_t number) {
    for (const char* each : {"first", "second", "third"}) EXPECT_EQ(ask(each), number) << each;
  }
  void installs(const std::string& release) {
    const auto report = op.relup_ask({"install", release});
    ASSERT_TRUE(report.is_object());
    EXPECT_EQ(report["servers_in_set"], report["servers_migrated"]);
    EXPECT_EQ(report["code_changes"], 3);
    EXPECT_EQ(op.ask({"status"})["release"], "unruly-" + release);
  }

  scratch data;
  operator_at op{data.path};
  running_host host{data.path, {(releases / "unruly-1.0.0").string()}};
};

TEST_F(bad_migrations, one_that_throws_up_and_down) {
  EXPECT_EQ(arm("second", "throw"), "nothing");
  auto refused = op.refusal({"install", "2.0.0"}, relup_program);
  refusals::says(refused, "code_change_failed", {"second", "unruly 2.0.0", "armed with throw", "old release serves"});
  EXPECT_EQ(op.ask({"status"})["release"], "unruly-1.0.0");
  EXPECT_EQ(op.relup_ask({"purge"}), json::array()) << "the new library is unloaded";
  all_answer(2);

  EXPECT_EQ(arm("second", "nothing"), "throw") << "its state was not touched";
  installs("2.0.0");
  all_answer(3);

  EXPECT_EQ(arm("third", "throw"), "nothing");
  refused = op.refusal({"rollback"}, relup_program);
  refusals::says(refused, "code_change_failed", {"third", "armed with throw"});
  EXPECT_EQ(op.ask({"status"})["release"], "unruly-2.0.0");
  all_answer(4);
  EXPECT_EQ(arm("third", "nothing"), "throw");
  installs("1.0.0");
  all_answer(5);
}

TEST_F(bad_migrations, one_that_hangs_hangs_in_the_canary_and_holds_nothing) {
  EXPECT_EQ(arm("second", "hang"), "nothing");
  const auto refused = op.refusal({"install", "2.0.0", "--code-change-timeout", "300ms"}, relup_program);
  refusals::says(
      refused, "code_change_timeout",
      {"second", "unruly 2.0.0", "in the rehearsal, code_change did not end within 300 ms", "old release serves"});
  EXPECT_EQ(op.ask({"status"})["release"], "unruly-1.0.0");
  EXPECT_EQ(op.relup_ask({"purge"}), json::array()) << "the new library is unloaded";
  all_answer(2);
  EXPECT_EQ(arm("second", "nothing"), "hang");
  installs("2.0.0");
  all_answer(3);
}

TEST_F(bad_migrations, one_that_crashes_ends_the_canary_alone) {
  const std::vector<std::pair<std::string, std::string>> ways{
      {"crash", "killed by SIGSEGV"}, {"abort", "killed by SIGABRT"}, {"exit", "exited with status 0"}};
  for (const auto& [with, how] : ways) {
    SCOPED_TRACE(with);
    arm("second", with);
    const auto refused = op.refusal({"install", "2.0.0"}, relup_program);
    refusals::says(refused, "canary_crashed", {"second", "unruly 2.0.0", how, "in code_change", "old release serves"});
    if (with != "exit") {
      EXPECT_NE(refused["text"].get<std::string>().find("unruly::misbehave"), std::string::npos)
          << "the stack: " << refused;
    }
    const auto kept = port::read_file(data.path / "refused" / "unruly" / "unruly.json");
    ASSERT_TRUE(kept.ok());
    EXPECT_EQ(json::parse(*kept)["armed"], with);
  }
  EXPECT_EQ(op.ask({"status"})["release"], "unruly-1.0.0");
  EXPECT_EQ(op.relup_ask({"purge"}), json::array());
  all_answer(2);
  arm("second", "nothing");
  installs("2.0.0");
}

TEST_F(bad_migrations, one_whose_way_back_forgets_is_not_reversible) {
  arm("third", "forget");
  const auto refused = op.refusal({"install", "2.0.0"}, relup_program);
  refusals::says(refused, "not_reversible", {"third", "unruly 2.0.0", "asked: 1 became 0", "lossy"});
  all_answer(2);
  arm("third", "nothing");
  installs("2.0.0");
}

TEST_F(bad_migrations, one_that_finds_no_memory) {
  arm("first", "eat");
  const auto refused = op.refusal({"install", "2.0.0"}, relup_program);
  refusals::says(refused, "code_change_failed", {"first", "unruly 2.0.0", "old release serves"});
  all_answer(2);
}

TEST_F(bad_migrations, a_canary_that_is_killed_harms_nobody) {
  arm("second", "hang");
  auto install = port::child::spawn(
      relup_program, {"install", "2.0.0", "--code-change-timeout", "10m", "--json", "--data", data.path.string()});
  ASSERT_TRUE(install.ok());
  pid_t canary = 0;
  for (const auto until = std::chrono::steady_clock::now() + patience;
       canary == 0 && std::chrono::steady_clock::now() < until;) {
    canary = child_named(host.pid(), "patchbay-canary");
  }
  ASSERT_NE(canary, 0);
  ::kill(canary, SIGKILL);
  EXPECT_FALSE(install->wait(patience).clean());
  const std::string said = read_all(install->output.get()) + read_all(install->errors.get());
  EXPECT_NE(said.find("killed by SIGKILL"), std::string::npos) << said;
  EXPECT_EQ(op.relup_ask({"purge"}), json::array());
  all_answer(2);
  arm("second", "nothing");
  installs("2.0.0");
}

TEST_F(bad_migrations, states_that_find_no_room_are_refused_before_any_is_made) {
  host.end(SIGTERM);
  EXPECT_TRUE(port::write_file_atomic(data.path / "patchbay.toml", "[canary]\nreserve_mb = 1000000000\n").ok());
  const running_host again(data.path, {});
  const auto refused = op.refusal({"install", "2.0.0"}, relup_program);
  refusals::says(refused, "not_enough_memory", {"new states need about", "reserve_mb", "old release serves"});
  EXPECT_EQ(op.ask({"status"})["release"], "unruly-1.0.0");
  EXPECT_EQ(ask("second"), 1);
}

TEST_F(bad_migrations, check_rehearses_all_and_changes_nothing) {
  const auto checked = op.relup_ask({"check", "2.0.0"});
  EXPECT_EQ(checked["rehearsed"]["states"], 4) << "three servers and their supervisor: " << checked;
  EXPECT_EQ(checked["rehearsed"]["missed"], 0);
  EXPECT_EQ(checked["unloaded"][0]["unmapped"], true);
  EXPECT_EQ(op.ask({"status"})["release"], "unruly-1.0.0");
  arm("second", "crash");
  const auto refused = op.refusal({"check", "2.0.0"}, relup_program);
  refusals::says(refused, "canary_crashed", {"second", "unruly 2.0.0", "killed by SIGSEGV"});
  all_answer(2);
}

TEST_F(bad_migrations, one_that_throws_only_after_its_rehearsal) {
  arm("second", "throw_in_host");
  const auto refused = op.refusal({"install", "2.0.0"}, relup_program);
  refusals::says(refused, "code_change_failed", {"second", "unruly 2.0.0", "armed with throw", "old release serves"});
  all_answer(2);
}

TEST_F(bad_migrations, one_that_hangs_only_after_its_rehearsal) {
  EXPECT_EQ(arm("second", "hang_in_host"), "nothing");
  const auto refused = op.refusal({"install", "2.0.0", "--code-change-timeout", "300ms"}, relup_program);
  refusals::says(refused, "code_change_timeout",
                 {"second", "unruly 2.0.0", "300 ms", "old release serves", "stays mapped, held by"});
  EXPECT_EQ(op.ask({"status"})["release"], "unruly-1.0.0");
  all_answer(2);

  // The thread that hangs keeps that copy of the library; the next copy serves beside it.
  EXPECT_EQ(arm("second", "nothing"), "hang_in_host");
  installs("2.0.0");
  all_answer(3);
  // And back: the copy that is held counts against nobody.
  const auto back = op.relup_ask({"rollback"});
  EXPECT_EQ(back["to"], "unruly-1.0.0");
  EXPECT_EQ(back["servers_in_set"], back["servers_migrated"]);
  EXPECT_EQ(back["purged"][0]["unmapped"], true) << back["purged"];
  all_answer(4);
  const auto left = op.relup_ask({"purge"});
  ASSERT_EQ(left.size(), 1U) << left;
  EXPECT_EQ(left[0]["unmapped"], false);
  EXPECT_NE(left[0]["pinned_by"].dump().find("abandoned"), std::string::npos) << left;
}

TEST_F(bad_migrations, several_that_hang_are_purged_with_one_patience) {
  EXPECT_EQ(arm("second", "hang_in_host"), "nothing");
  for (int i = 0; i < 3; ++i) {
    const auto refused = op.refusal({"install", "2.0.0", "--code-change-timeout", "100ms"}, relup_program);
    EXPECT_EQ(refused["code"], "code_change_timeout") << refused;
  }
  const auto begun = std::chrono::steady_clock::now();
  EXPECT_EQ(op.relup_ask({"purge"}).size(), 3U);
  EXPECT_LT(std::chrono::steady_clock::now() - begun, seconds(5)) << "2 s for all of them, not for each";
}

}  // namespace
}  // namespace patchbay::test
