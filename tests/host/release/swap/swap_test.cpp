#include <thread>

#include "two_versions.hpp"

namespace patchbay::test {
namespace {

using release::direction;

class swap_test : public testing::Test, public two_versions {};

TEST_F(swap_test, carries_every_state_up_and_down) {
  std::vector<pid> counters;
  std::vector<pid> keepers;
  for (int i = 0; i < 1000; ++i) {
    counters.push_back(spawn("counter", i));
    keepers.push_back(spawn("keeper", -i));
  }
  for (const direction way : {direction::up, direction::down, direction::up}) {
    const auto done = swap(way);
    ASSERT_TRUE(done) << done.failure().text;
    EXPECT_EQ(done->servers_in_set, 2000U);
    EXPECT_EQ(done->servers_migrated, 2000U);
    EXPECT_EQ(done->code_changes, 1000U);
    EXPECT_EQ(done->through_bytes, 1000U);
    const std::int64_t serving = way == direction::up ? 2 : 1;
    for (int i = 0; i < 1000; ++i) {
      ASSERT_EQ(call<version>(counters[static_cast<std::size_t>(i)]), serving);
      ASSERT_EQ(call<bump>(counters[static_cast<std::size_t>(i)], 0), i);
      ASSERT_EQ(call<keep>(keepers[static_cast<std::size_t>(i)], 0), -i);
    }
    EXPECT_EQ((way == direction::up ? one : two).group.resident_count(), 0U);
    EXPECT_EQ((way == direction::up ? two : one).group.resident_count(), 2000U);
    EXPECT_EQ((way == direction::up ? one : two).group.needs(), 0);
    EXPECT_EQ(words.alive, 1000);
  }
}

TEST_F(swap_test, tells_ps_which_generation_serves) {
  const pid server = spawn("counter", 1, "it");
  ASSERT_TRUE(swap(direction::up));
  const auto seen = host->info(static_cast<pb_pid>(server));
  EXPECT_EQ(seen->version, "2.0.0");
  EXPECT_EQ(seen->generation, "g2");
}

TEST_F(swap_test, new_servers_start_in_the_new_generation) {
  ASSERT_TRUE(swap(direction::up));
  EXPECT_EQ(call<version>(spawn("counter", 1)), 2);
  EXPECT_EQ(one.group.resident_count(), 0U);
}

TEST_F(swap_test, an_unsupervised_server_is_found) {
  const pid server = spawn("counter", 7);
  ASSERT_TRUE(swap(direction::up));
  EXPECT_EQ(call<version>(server), 2);
}

TEST_F(swap_test, a_continue_of_code_change_runs_before_what_is_queued) {
  words.how = "continue";
  words.fail_at = 5;
  const pid server = spawn("counter", 5);
  ASSERT_TRUE(swap(direction::up));
  EXPECT_EQ(call<bump>(server, 0), 1005);
  EXPECT_EQ(words.continued, 1);
}

// Callers that never pause, on attached and other threads, across forty swaps: every number is given out exactly once.
TEST_F(swap_test, loses_and_doubles_nothing_under_load) {
  const pid server = spawn("counter", 0);
  std::atomic<bool> done{false};
  std::atomic<std::int64_t> calls{0};
  std::vector<std::vector<std::int64_t>> seen(3);
  std::vector<std::thread> clients;
  for (std::size_t c = 0; c < seen.size(); ++c) {
    clients.emplace_back([&, c] {
      std::optional<scheduler::attached_thread> attached;
      if (c != 0) attached.emplace(host->scheduler());
      while (!done) {
        seen[c].push_back(call<bump>(server, 1));
        ++calls;
      }
    });
  }
  for (int round = 0; round < 40; ++round) {
    const std::int64_t before = calls;
    ASSERT_TRUE(eventually([&] { return calls > before + 50; }));
    const auto swapped = swap(round % 2 == 0 ? direction::up : direction::down);
    ASSERT_TRUE(swapped) << swapped.failure().text;
    EXPECT_EQ(swapped->servers_migrated, 1U);
  }
  done = true;
  for (std::thread& client : clients) client.join();
  std::vector<std::int64_t> all;
  for (const auto& each : seen) {
    EXPECT_TRUE(std::is_sorted(each.begin(), each.end()));
    all.insert(all.end(), each.begin(), each.end());
  }
  std::sort(all.begin(), all.end());
  for (std::size_t i = 0; i < all.size(); ++i) ASSERT_EQ(all[i], static_cast<std::int64_t>(i + 1));
}

// Processes that come and go all the while are migrated or start in the new generation; none is left behind.
TEST_F(swap_test, spawns_and_ends_beside_swaps_leave_no_stray) {
  std::atomic<bool> done{false};
  std::vector<std::thread> threads;
  std::atomic<std::int64_t> started{0};
  for (int t = 0; t < 2; ++t) {
    threads.emplace_back([&] {
      while (!done) {
        const pid server = spawn("counter", 3);
        ASSERT_EQ(call<bump>(server, 1), 4);
        host->exit(static_cast<pb_pid>(server), {PB_EXIT_KILL, {}});
        ++started;
      }
    });
  }
  for (int round = 0; round < 30; ++round) {
    const std::int64_t before = started;
    ASSERT_TRUE(eventually([&] { return started > before + 5; }));
    const auto swapped = swap(round % 2 == 0 ? direction::up : direction::down);
    ASSERT_TRUE(swapped) << swapped.failure().text;
    EXPECT_EQ(swapped->servers_migrated, swapped->servers_in_set);
    EXPECT_EQ((round % 2 == 0 ? one : two).group.resident_count(), 0U);
  }
  done = true;
  for (std::thread& thread : threads) thread.join();
}

TEST_F(swap_test, what_is_sent_during_the_freeze_is_handled_by_the_new_version) {
  const pid server = spawn("counter", 5);
  words.how = "loop";
  words.fail_at = 6;
  std::thread swapper([&] {
    const auto done = swap(direction::up, last_moment([&] { call<bump>(server, 1); }));
    EXPECT_TRUE(done) << done.failure().text;
  });
  // code_change runs, so the gate is closed.
  ASSERT_TRUE(eventually([this] { return words.entered == 1; }));
  std::vector<std::thread> callers;
  std::atomic<int> twos{0};
  for (int i = 0; i < 5; ++i) {
    callers.emplace_back([&, inline_call = i % 2 == 0] {
      std::optional<scheduler::attached_thread> attached;
      if (inline_call) attached.emplace(host->scheduler());
      twos += call<version>(server) == 2;
    });
  }
  ASSERT_TRUE(eventually([&] { return host->info(static_cast<pb_pid>(server))->queued == 5; }));
  words.let_go = true;
  swapper.join();
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(twos, 5);
}

TEST_F(swap_test, waits_for_a_handler_in_windows_while_the_old_version_serves) {
  const pid slow = spawn("counter", 0);
  const pid other = spawn("counter", 0);
  std::thread holder([&] { call<wait_here>(slow); });
  ASSERT_TRUE(eventually([this] { return words.entered == 1; }));
  int windows = 0;
  release::swap_options patient;
  patient.suspend_timeout = 10s;
  // Asked before the look at the states and before each window, and once more in the freeze, when nobody can be called.
  patient.cancelled = [&] {
    if (!words.let_go) {
      EXPECT_EQ(call<version>(other), 1);
    }
    if (++windows == 4) words.let_go = true;
    return false;
  };
  const auto done = swap(direction::up, patient);
  ASSERT_TRUE(done) << done.failure().text;
  EXPECT_GT(done->windows, 2U);
  holder.join();
  EXPECT_EQ(call<version>(slow), 2);
}

}  // namespace
}  // namespace patchbay::test
