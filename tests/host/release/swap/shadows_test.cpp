// States migrated while the old version serves: which are taken over as they are, which are made again, and when each server changes.
#include <thread>

#include "two_versions.hpp"

namespace patchbay::test {
namespace {

using release::direction;

class shadows_test : public testing::Test, public two_versions {};

TEST_F(shadows_test, what_nobody_enters_is_migrated_before_the_freeze) {
  const auto servers = spawn_many(1000);
  spawn("keeper", 7, "keeper");
  const auto done = swap(direction::up);
  ASSERT_TRUE(done) << done.failure().text;
  EXPECT_EQ(done->servers_shadowed, 1001U);
  EXPECT_EQ(done->servers_frozen, 0U);
  EXPECT_EQ(done->servers_migrated, 1001U);
  EXPECT_EQ(done->code_changes, 1000U);
  EXPECT_EQ(done->through_bytes, 1U);
  for (std::size_t i = 0; i < servers.size(); ++i) {
    ASSERT_EQ(call<version>(servers[i]), 2);
    ASSERT_EQ(call<bump>(servers[i], 0), static_cast<std::int64_t>(i));
  }
}

TEST_F(shadows_test, what_was_entered_since_is_migrated_again) {
  for (const direction way : {direction::up, direction::down}) {
    const auto servers = spawn_many(100);
    const auto done = swap(way, last_moment([&] {
                             for (int i = 0; i < 10; ++i) call<bump>(servers[static_cast<std::size_t>(i)], 1000);
                           }));
    ASSERT_TRUE(done) << done.failure().text;
    EXPECT_EQ(done->servers_frozen, 10U);
    EXPECT_EQ(done->servers_shadowed, done->servers_migrated - 10);
    for (std::size_t i = 0; i < servers.size(); ++i) {
      ASSERT_EQ(call<bump>(servers[i], 0), static_cast<std::int64_t>(i < 10 ? i + 1000 : i));
    }
  }
}

TEST_F(shadows_test, what_begins_or_ends_after_the_look_is_in_the_set_or_gone) {
  const auto servers = spawn_many(50);
  std::vector<pid> late;
  const auto done = swap(direction::up, last_moment([&] {
                           for (int i = 0; i < 5; ++i) late.push_back(spawn("counter", 500 + i));
                           for (int i = 0; i < 20; ++i) {
                             host->exit(static_cast<pb_pid>(servers[static_cast<std::size_t>(i)]), {PB_EXIT_KILL, {}});
                           }
                           // Their slots are used again.
                           ASSERT_TRUE(eventually([&] { return one.group.resident_count() == 35; }));
                           for (int i = 5; i < 10; ++i) late.push_back(spawn("counter", 500 + i));
                         }));
  ASSERT_TRUE(done) << done.failure().text;
  EXPECT_EQ(done->servers_migrated, 40U);
  EXPECT_EQ(done->servers_frozen, 10U);
  for (std::size_t i = 0; i < late.size(); ++i) {
    EXPECT_EQ(call<version>(late[i]), 2);
    EXPECT_EQ(call<bump>(late[i], 0), static_cast<std::int64_t>(500 + i));
  }
  for (std::size_t i = 20; i < servers.size(); ++i) EXPECT_EQ(call<bump>(servers[i], 0), static_cast<std::int64_t>(i));
}

// The state that fails comes up after the copy, so only the freeze meets it.
TEST_F(shadows_test, a_failure_in_the_freeze_changes_none) {
  const auto servers = spawn_many(300);
  words.how = "throw";
  words.fail_at = 1007;
  const auto done = swap(direction::up, last_moment([&] { call<bump>(servers[7], 1000); }));
  ASSERT_FALSE(done);
  EXPECT_EQ(done.failure().code, "code_change_failed");
  for (std::size_t i = 0; i < servers.size(); ++i) {
    ASSERT_EQ(call<version>(servers[i]), 1);
    ASSERT_EQ(call<bump>(servers[i], 0), static_cast<std::int64_t>(i == 7 ? 1007 : i));
  }
  words.fail_at = -1;
  const auto again = swap(direction::up);
  ASSERT_TRUE(again) << again.failure().text;
  EXPECT_EQ(again->servers_migrated, 300U);
  EXPECT_EQ(call<bump>(servers[7], 0), 1007);
}

TEST_F(shadows_test, an_endless_code_change_in_the_freeze_is_given_up) {
  const auto servers = spawn_many(30);
  words.how = "loop";
  words.fail_at = 1003;
  auto options = last_moment([&] { call<bump>(servers[3], 1000); });
  options.code_change_timeout = 200ms;
  const auto done = swap(direction::up, options);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.failure().code, "code_change_timeout");
  EXPECT_EQ(call<bump>(servers[3], 0), 1003);
  words.let_go = true;
  EXPECT_TRUE(eventually([this] { return two.group.pins().empty(); }));
  words.fail_at = -1;
  EXPECT_TRUE(swap(direction::up));
}

TEST_F(shadows_test, an_endless_encode_in_the_freeze_keeps_its_server_back_and_the_next_swap_out) {
  const pid stuck = spawn("keeper", 9);
  const pid other = spawn("counter", 0);
  auto options = last_moment([&] {
    call<keep>(stuck, 1);
    words.serialise_loops = 10;
  });
  options.code_change_timeout = 200ms;
  const auto done = swap(direction::up, options);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.failure().code, "code_change_timeout");
  EXPECT_EQ(call<bump>(other, 1), 1);
  EXPECT_EQ(try_call<keep>(callee(stuck, 50ms), 1).status(), PB_E_TIMEOUT);
  // Its state is still being read by the thread that was given up: nobody may exchange it.
  const auto next = swap(direction::up);
  ASSERT_FALSE(next);
  EXPECT_EQ(next.failure().code, "suspend_timeout");
  EXPECT_NE(next.failure().text.find("is kept back"), std::string::npos) << next.failure().text;
  EXPECT_EQ(call<bump>(other, 1), 2);
  words.serialise_loops = 0;
  EXPECT_EQ(call<keep>(stuck, 1), 12);
  EXPECT_TRUE(eventually([this] { return two.group.pins().empty() && one.group.pins().empty(); }));
  EXPECT_TRUE(swap(direction::up));
}

// The states are looked at again and again while another server's handler is waited for: all of it takes longer than one look may.
TEST_F(shadows_test, each_look_at_the_states_while_a_handler_is_waited_for_has_the_whole_code_change_timeout) {
  const auto servers = spawn_many(30);
  const pid held = spawn("counter", 1000, "held");
  std::thread holder([&] { EXPECT_EQ(call<wait_here>(with_timeout(held, infinity)), 1000); });
  ASSERT_TRUE(eventually([this] { return words.entered == 1; }));
  words.how = "slow";
  words.fail_at = 3;
  release::swap_options options;
  options.suspend_timeout = 60s;
  options.code_change_timeout = 6 * slow_change;
  options.cancelled = [&] {  // asked before each look and each window
    if (words.let_go) return false;
    if (words.slow_changes.load() * slow_change > 3 * options.code_change_timeout) {
      words.let_go = true;
    } else {
      for (const pid server : servers) call<bump>(server, 0);
    }
    return false;
  };
  const auto done = swap(direction::up, options);
  words.let_go = true;
  holder.join();
  ASSERT_TRUE(done) << done.failure().text;
  EXPECT_GT(done->rounds, 18U);
  EXPECT_GT(std::chrono::microseconds(done->precopy_us), 3 * options.code_change_timeout);
  for (std::size_t i = 0; i < servers.size(); ++i) {
    ASSERT_EQ(call<version>(servers[i]), 2);
    ASSERT_EQ(call<bump>(servers[i], 0), static_cast<std::int64_t>(i));
  }
}

TEST_F(shadows_test, a_continue_runs_before_what_waits_whether_it_was_asked_for_early_or_late) {
  words.how = "continue";
  for (const bool late : {false, true}) {
    words.fail_at = late ? 1001 : 1;
    const pid server = spawn("counter", 1);
    const int before = words.continued;
    const auto done = swap(direction::up, last_moment([&] {
                             if (late) call<bump>(server, 1000);
                           }));
    ASSERT_TRUE(done) << done.failure().text;
    // The continue adds 1000.
    EXPECT_EQ(call<bump>(server, 0), late ? 2001 : 1001);
    EXPECT_EQ(words.continued, before + 1);
    host->exit(static_cast<pb_pid>(server), {PB_EXIT_KILL, {}});
    ASSERT_TRUE(eventually([&] { return two.group.resident_count() == 0; }));
    ASSERT_TRUE(swap(direction::down));
  }
}

// Callers on threads of their own, inline and queued, see each server go from one version to the other once.
TEST_F(shadows_test, no_caller_meets_the_old_version_after_the_new) {
  const auto servers = spawn_many(200);
  std::atomic<bool> done{false};
  std::atomic<std::int64_t> rounds_seen{0};
  std::atomic<int> mixed{0};
  std::atomic<std::int64_t> switches{0};  // raised while all is frozen; odd: the second version serves
  std::vector<std::thread> callers;
  for (int t = 0; t < 3; ++t) {
    callers.emplace_back([&, t] {
      std::optional<scheduler::attached_thread> attached;
      if (t != 0) attached.emplace(host->scheduler());
      for (std::size_t i = static_cast<std::size_t>(t); !done; i += 7) {
        const std::int64_t before = switches;
        const std::int64_t met = call<version>(servers[i % servers.size()]);
        const std::int64_t after = switches;
        if (before == after && met != 1 + before % 2) ++mixed;
        ++rounds_seen;
      }
    });
  }
  for (int round = 0; round < 40; ++round) {
    const std::int64_t seen = rounds_seen;
    ASSERT_TRUE(eventually([&] { return rounds_seen > seen + 100; }));
    const bool up = round % 2 == 0;
    release::swap_options options;
    options.switched = [&] { ++switches; };
    const auto swapped = swap(up ? direction::up : direction::down, options);
    ASSERT_TRUE(swapped) << swapped.failure().text;
    EXPECT_EQ(swapped->servers_migrated, 200U);
    EXPECT_EQ(swapped->servers_shadowed + swapped->servers_frozen, 200U);
    EXPECT_EQ((up ? one : two).group.resident_count(), 0U);
  }
  done = true;
  for (std::thread& each : callers) each.join();
  EXPECT_EQ(mixed, 0);
}

}  // namespace
}  // namespace patchbay::test
