// Coroutine handlers in flight across a swap: they end first, in the code that they began in, or the swap is aborted by name.
#include <patchbay/co.hpp>

#include <thread>

#include "two_versions.hpp"

namespace patchbay::test {
namespace {

using release::direction;

class drain_test : public testing::Test, public two_versions {};

TEST_F(drain_test, a_coroutine_in_flight_ends_in_its_own_version_before_the_switch) {
  const pid counter = spawn("counter", 0);
  const pid walker = spawn("walker", 0);
  std::thread client([&] { EXPECT_EQ(call<walk>(walker, counter, 3, 20), 3); });
  ASSERT_TRUE(eventually([this] { return words.walking == 1; }));
  const auto done = swap(direction::up);
  client.join();
  ASSERT_TRUE(done) << done.failure().text;
  EXPECT_GT(done->drain_us, 10'000);
  EXPECT_EQ(words.frames, 0);
  EXPECT_EQ(call<walker_version>(walker), 2);
  EXPECT_EQ(call<bump>(counter, 0), 3);
  EXPECT_EQ(one.group.resident_count(), 0U);
}

// What it waits for lies behind other messages of a server of the set.
TEST_F(drain_test, a_server_of_the_set_that_it_waits_for_still_answers) {
  const pid counter = spawn("counter", 0);
  const pid walker = spawn("walker", 0);
  std::thread holder([&] { call<wait_here>(counter); });
  ASSERT_TRUE(eventually([this] { return words.entered == 1; }));
  // The one in hand counts as queued until it is done.
  std::vector<std::thread> ahead;
  for (int i = 0; i < 3; ++i) ahead.emplace_back([&] { call<bump>(counter, 10); });
  ASSERT_TRUE(eventually([&] { return host->info(static_cast<pb_pid>(counter))->queued >= 4; }));
  std::thread client([&] { EXPECT_EQ(call<walk>(walker, counter, 2), 32); });
  ASSERT_TRUE(eventually([&] { return host->info(static_cast<pb_pid>(counter))->queued >= 5; }));
  std::thread swapper([&] {
    const auto done = swap(direction::up);
    EXPECT_TRUE(done) << done.failure().text;
  });
  // The counter's gate drains: a newcomer has to wait, the handler in flight need not.
  ASSERT_TRUE(eventually([this] { return one.group.gate().shut(); }));
  words.let_go = true;
  holder.join();
  for (auto& each : ahead) each.join();
  client.join();
  swapper.join();
  EXPECT_EQ(call<version>(counter), 2);
}

TEST_F(drain_test, one_that_does_not_end_in_time_aborts_the_swap_by_name) {
  const pid counter = spawn("counter", 0);
  const pid walker = spawn("walker", 0, "wanderer");
  std::thread client(
      [&] { EXPECT_EQ(try_call<walk>(with_timeout(walker, infinity), counter, 1, 60'000).status(), PB_E_EXIT); });
  ASSERT_TRUE(eventually([this] { return words.walking == 1; }));
  release::swap_options hasty;
  hasty.suspend_timeout = 100ms;
  const auto done = swap(direction::up, hasty);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.failure().code, "drain_timeout");
  EXPECT_NE(done.failure().text.find("wanderer"), std::string::npos) << done.failure().text;
  EXPECT_EQ(call<version>(counter), 1) << "the old release serves";
  host->exit(static_cast<pb_pid>(walker), {PB_EXIT_KILL, {}});
  client.join();
  ASSERT_TRUE(eventually([this] { return words.frames == 0; }));
  ASSERT_TRUE(swap(direction::up));
}

// Full load: always some coroutine in flight. Every install succeeds, and every bump is made exactly once.
TEST_F(drain_test, a_hundred_installs_under_full_load) {
  const pid counter = spawn("counter", 0);
  std::atomic<bool> done{false};
  std::atomic<std::int64_t> walks{0};
  std::vector<std::thread> clients;
  for (int c = 0; c < 6; ++c) {
    clients.emplace_back([&, walker = spawn("walker", 0)] {
      while (!done) {
        ASSERT_GT(call<walk>(with_timeout(walker, 60s), counter, 3), 0);
        ++walks;
      }
    });
  }
  for (int c = 0; c < 2; ++c) {
    clients.emplace_back([&] {
      const scheduler::attached_thread attached(host->scheduler());
      while (!done) call<bump>(with_timeout(counter, 60s), 0);
    });
  }
  int failed = 0;
  for (int round = 0; round < 100; ++round) {
    const std::int64_t before = walks;
    ASSERT_TRUE(eventually([&] { return walks > before + 5; }));
    const auto swapped = swap((round - failed) % 2 == 0 ? direction::up : direction::down);
    if (!swapped) {
      ++failed;
      ADD_FAILURE() << swapped.failure().text;
    }
  }
  done = true;
  for (std::thread& client : clients) client.join();
  EXPECT_EQ(failed, 0);
  EXPECT_EQ(call<bump>(counter, 0), 3 * walks);
  EXPECT_EQ(words.frames, 0);
}

}  // namespace
}  // namespace patchbay::test
