#include <random>

#include "echo.hpp"
#include "runtime.hpp"

extern "C" patchbay::module_factory patchbay_module_echo;

namespace patchbay::test {
namespace {

class lifecycle_test : public testing::Test {
 protected:
  lifecycle_test() { said = &words_; }
  pid spawn(const std::string& args = {}) { return static_cast<pid>(host_.spawn("echo", {}, args)); }
  void kill(pid whom, std::uint32_t how = PB_EXIT_KILL, std::string text = {}) {
    host_->exit(static_cast<pb_pid>(whom), {how, std::move(text)});
  }
  bool gone(pid whom) {
    return eventually([&] { return !host_->alive(static_cast<pb_pid>(whom)); });
  }

  signals words_;
  runtime host_{patchbay_module_echo};
};

TEST_F(lifecycle_test, init_may_decline_in_every_way_of_otp_and_leaves_nothing) {
  const std::map<std::string, pb_status> ways{
      {"throw", PB_E_INIT}, {"stop", PB_E_INIT}, {"error", PB_E_INIT}, {"ignore", PB_E_IGNORE}};
  for (const auto& [how, status] : ways) {
    const auto made = host_.try_spawn("echo", "name", R"({"init":")" + how + "\"}");
    EXPECT_FALSE(made) << how;
    EXPECT_EQ(made.failure.status, status) << how;
    EXPECT_EQ(host_->whereis("name"), 0U) << how;
  }
  EXPECT_EQ(host_.group().resident_count(), 0U);
  EXPECT_EQ(host_.group().needs(), 0);
  EXPECT_TRUE(host_.logged("init failed on purpose"));
  EXPECT_TRUE(host_.logged("not today"));
  EXPECT_FALSE(host_.logged("quietly no"));
}

TEST_F(lifecycle_test, a_name_belongs_to_one_process_and_goes_with_it) {
  const pb_pid first = host_.spawn("echo", "one");
  const auto second = host_.try_spawn("echo", "one");
  EXPECT_EQ(second.failure.status, PB_E_ALREADY_STARTED);
  EXPECT_EQ(second.failure.existing, first);
  kill(static_cast<pid>(first));
  ASSERT_TRUE(gone(static_cast<pid>(first)));
  ASSERT_TRUE(eventually([&] { return host_->whereis("one") == 0; }));
  EXPECT_NE(host_.spawn("echo", "one"), first);
}

TEST_F(lifecycle_test, kill_ends_without_terminate_and_is_seen_as_killed) {
  const pid watcher = spawn();
  const pid victim = spawn();
  call<watch>(watcher, victim);
  kill(victim);
  ASSERT_TRUE(eventually([this] { return words_.downs == 1; }));
  EXPECT_EQ(words_.last, "killed");
  EXPECT_EQ(words_.terminated, 0);
}

TEST_F(lifecycle_test, monitoring_the_dead_is_noproc) {
  const pid watcher = spawn();
  const pid victim = spawn();
  kill(victim);
  ASSERT_TRUE(gone(victim));
  call<watch>(watcher, victim);
  ASSERT_TRUE(eventually([this] { return words_.downs == 1; }));
  EXPECT_EQ(words_.last, "noproc");
}

TEST_F(lifecycle_test, a_link_carries_the_exit_to_the_other_side) {
  const pid a = spawn();
  const pid b = spawn();
  call<watch>(a, b, true);
  kill(b, PB_EXIT_ERROR, "boom");
  EXPECT_TRUE(gone(a));
}

TEST_F(lifecycle_test, normal_does_not_travel_over_links) {
  const pid a = spawn();
  const pid b = spawn();
  call<watch>(a, b, true);
  EXPECT_EQ(call<fail>(b, "stop_reply"), 5);
  ASSERT_TRUE(gone(b));
  EXPECT_EQ(call<add>(a, 1), 1);
}

TEST_F(lifecycle_test, trapped_exits_become_messages) {
  const pid a = spawn();
  const pid b = spawn();
  call<watch>(a, b, true, true);
  kill(b, PB_EXIT_ERROR, "boom");
  ASSERT_TRUE(eventually([this] { return words_.exits == 1; }));
  EXPECT_EQ(words_.last, "boom");
  EXPECT_EQ(call<add>(a, 1), 1);
}

TEST_F(lifecycle_test, linking_to_the_dead_is_an_exit_signal_noproc) {
  const pid a = spawn();
  const pid b = spawn();
  kill(b);
  ASSERT_TRUE(gone(b));
  call<watch>(a, b, true, true);
  ASSERT_TRUE(eventually([this] { return words_.exits == 1; }));
  EXPECT_EQ(words_.last, "noproc");
}

TEST_F(lifecycle_test, stop_runs_terminate_and_waits) {
  const pid server = spawn();
  const std::string name = "x";
  EXPECT_EQ(host_->stop_process({static_cast<pb_pid>(server), {}}, process::reason::normal(), 5s, nullptr), PB_OK);
  EXPECT_EQ(words_.terminated, 1);
  EXPECT_EQ(words_.last, "normal 0");
  EXPECT_EQ(host_->stop_process({static_cast<pb_pid>(server), {}}, process::reason::normal(), 5s, nullptr),
            PB_E_NOPROC);
}

TEST_F(lifecycle_test, timers_fire_and_can_be_idle_timeouts) {
  const pid server = spawn();
  call<alarm_after>(server, 5);
  ASSERT_TRUE(eventually([this] { return words_.timeouts == 1; }));
  spawn(R"({"init":"idle"})");
  ASSERT_TRUE(eventually([this] { return words_.timeouts == 2; }));
}

// Every monitor that was set up gets exactly one DOWN, whatever races with the end: the real reason or noproc.
TEST_F(lifecycle_test, racing_monitors_and_ends_lose_no_down) {
  constexpr int rounds = 300;
  const pid watcher = spawn();
  for (int i = 0; i < rounds; ++i) {
    const pid victim = spawn();
    std::thread killer([&] { kill(victim); });
    call<watch>(watcher, victim);
    killer.join();
  }
  ASSERT_TRUE(eventually([this] { return words_.downs == rounds; }));
  EXPECT_TRUE(eventually([this] { return host_.group().resident_count() == 1; }));
}

TEST_F(lifecycle_test, slots_are_used_again_and_old_pids_stay_dead) {
  const pid first = spawn();
  kill(first);
  ASSERT_TRUE(gone(first));
  bool reused = false;
  for (int i = 0; i < 100 && !reused; ++i) {
    const pid next = spawn();
    reused = static_cast<std::uint32_t>(next) == static_cast<std::uint32_t>(first);
    EXPECT_NE(next, first);
    kill(next);
    ASSERT_TRUE(gone(next));
  }
  EXPECT_TRUE(reused);
  EXPECT_EQ(try_call<add>(first, 1).status(), PB_E_NOPROC);
}

TEST_F(lifecycle_test, spawn_and_kill_from_many_threads_leaves_nothing) {
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 300; ++i) {
        const pid server = spawn();
        EXPECT_EQ(call<add>(server, 3), 3);
        cast<note>(server, 1);
        kill(server);
        cast<note>(server, 2);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_TRUE(eventually([this] { return host_.group().resident_count() == 0; }));
  EXPECT_TRUE(eventually([this] { return host_.group().needs() == 0; }));
}

}  // namespace
}  // namespace patchbay::test
