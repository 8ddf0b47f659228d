#include <pthread.h>

#include <optional>
#include <thread>

#include "two_versions.hpp"

namespace patchbay::test {
namespace {

using release::direction;

/// As long as it lives no thread can be made: the stack of one would be larger than the address space.
class no_threads {
 public:
  no_threads() {
    ::pthread_getattr_default_np(&before_);
    pthread_attr_t huge;
    ::pthread_attr_init(&huge);
    ::pthread_attr_setstacksize(&huge, std::size_t{1} << 47U);
    EXPECT_EQ(::pthread_setattr_default_np(&huge), 0);
    ::pthread_attr_destroy(&huge);
  }
  no_threads(const no_threads&) = delete;
  no_threads& operator=(const no_threads&) = delete;
  ~no_threads() {
    ::pthread_setattr_default_np(&before_);
    ::pthread_attr_destroy(&before_);
  }

 private:
  pthread_attr_t before_{};
};

class swap_refusal_test : public testing::Test, public two_versions {
 protected:
  void expect_untouched(const std::vector<pid>& servers, std::int64_t serving = 1) {
    for (std::size_t i = 0; i < servers.size(); ++i) {
      ASSERT_EQ(call<version>(servers[i]), serving);
      ASSERT_EQ(call<bump>(servers[i], 0), static_cast<std::int64_t>(i));
    }
    EXPECT_EQ((serving == 1 ? one : two).group.resident_count(), servers.size());
  }
};

TEST_F(swap_refusal_test, a_code_change_that_throws_for_one_server_changes_none) {
  const auto servers = spawn_many(600);
  words.how = "throw";
  words.fail_at = 417;
  const auto done = swap(direction::up);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.failure().code, "code_change_failed");
  for (const char* part : {"app/counter 2.0.0", "cannot carry 417", "<0."}) {
    EXPECT_NE(done.failure().text.find(part), std::string::npos) << done.failure().text;
  }
  expect_untouched(servers);
  words.fail_at = -1;
  EXPECT_TRUE(swap(direction::up));
  expect_untouched(servers, 2);
}

TEST_F(swap_refusal_test, it_is_the_same_on_the_way_down) {
  const auto servers = spawn_many(10);
  ASSERT_TRUE(swap(direction::up));
  words.how = "throw";
  words.fail_at = 4;
  EXPECT_FALSE(swap(direction::down));
  expect_untouched(servers, 2);
}

TEST_F(swap_refusal_test, an_endless_code_change_is_abandoned_and_named) {
  const auto servers = spawn_many(600);
  words.how = "loop";
  words.fail_at = 417;
  release::swap_options options;
  options.code_change_timeout = 300ms;
  const auto done = swap(direction::up, options);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.failure().code, "code_change_timeout");
  EXPECT_NE(done.failure().text.find("app/counter 2.0.0"), std::string::npos) << done.failure().text;
  expect_untouched(servers);
  ASSERT_EQ(two.group.pins().size(), 1U);
  EXPECT_NE(two.group.pins().front().find("abandoned migration thread"), std::string::npos);
  // The stuck function is the new generation's: the old one can be replaced and purged.
  EXPECT_TRUE(one.group.pins().empty());
  words.let_go = true;
  EXPECT_TRUE(eventually([this] { return two.group.pins().empty() && one.group.pins().empty(); }));
  words.fail_at = -1;
  EXPECT_TRUE(swap(direction::up));
  expect_untouched(servers, 2);
}

TEST_F(swap_refusal_test, an_endless_encode_keeps_only_its_own_server_back) {
  const pid stuck = spawn("keeper", 9);
  const pid other = spawn("counter", 0);
  words.serialise_loops = 9;
  release::swap_options options;
  options.code_change_timeout = 200ms;
  const auto done = swap(direction::up, options);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.failure().code, "code_change_timeout");
  EXPECT_EQ(call<bump>(other, 1), 1);
  // Its state is still being read: it must not run.
  EXPECT_EQ(try_call<keep>(callee(stuck, 50ms), 1).status(), PB_E_TIMEOUT);
  words.serialise_loops = 0;
  EXPECT_EQ(call<keep>(stuck, 1), 11);
  EXPECT_TRUE(eventually([this] { return two.group.pins().empty(); }));
  EXPECT_TRUE(swap(direction::up));
  EXPECT_EQ(call<keep>(stuck, 1), 12);
}

TEST_F(swap_refusal_test, an_impure_code_change_fails) {
  const auto servers = spawn_many(3);
  spawn("counter", 100, "other");
  words.how = "impure";
  words.fail_at = 1;
  const auto done = swap(direction::up);
  ASSERT_FALSE(done);
  EXPECT_NE(done.failure().text.find("in_code_change"), std::string::npos) << done.failure().text;
  EXPECT_EQ(call<bump>("other", 0), 100);
}

TEST_F(swap_refusal_test, where_no_migration_thread_can_be_made_the_old_release_serves_on) {
  const auto servers = spawn_many(20);
  std::optional<no_threads> none;
  for (const bool in_the_freeze : {false, true}) {
    auto options = last_moment([&] {
      call<bump>(servers[3], 0);  // which is left for the freeze
      none.emplace();
    });
    if (!in_the_freeze) none.emplace();
    const auto done = swap(direction::up, options);
    none.reset();
    ASSERT_FALSE(done);
    EXPECT_EQ(done.failure().code, "code_change_failed");
    for (const char* part : {"no thread could be started for its migration", "the old release serves"}) {
      EXPECT_NE(done.failure().text.find(part), std::string::npos) << done.failure().text;
    }
    expect_untouched(servers);
  }
  EXPECT_TRUE(swap(direction::up));
  expect_untouched(servers, 2);
}

TEST_F(swap_refusal_test, a_handler_that_does_not_end_is_named_and_delays_nobody_else) {
  const auto servers = spawn_many(20);
  const pid slow = spawn("counter", 0, "slow");
  std::thread holder([&] { call<wait_here>(slow); });
  ASSERT_TRUE(eventually([this] { return words.entered == 1; }));
  release::swap_options options;
  options.suspend_timeout = 300ms;
  const auto done = swap(direction::up, options);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.failure().code, "suspend_timeout");
  EXPECT_NE(done.failure().text.find("slow"), std::string::npos) << done.failure().text;
  for (const pid server : servers) EXPECT_EQ(call<version>(server), 1);
  words.let_go = true;
  holder.join();
  EXPECT_TRUE(swap(direction::up));
}

TEST_F(swap_refusal_test, the_handler_that_held_up_most_windows_is_named_not_one_that_began_late) {
  const pid slow = spawn("counter", 0, "slow");
  const pid late = spawn("counter", 0, "late");
  // Looked at after all workers, so that whoever runs on one of these is found before it.
  std::thread holder([&] {
    const scheduler::attached_thread attached(host->scheduler());
    call<wait_here>(slow);
  });
  ASSERT_TRUE(eventually([this] { return words.entered == 1; }));
  std::thread bystander;
  release::swap_options options;
  options.suspend_timeout = 300ms;
  int windows = 0;
  options.cancelled = [&] {  // asked before each window
    if (++windows != 3) return false;
    bystander = std::thread([&] { call<wait_here>(late); });
    EXPECT_TRUE(eventually([this] { return words.entered == 2; }));
    return false;
  };
  const auto done = swap(direction::up, options);
  words.let_go = true;
  holder.join();
  if (bystander.joinable()) bystander.join();
  ASSERT_FALSE(done);
  EXPECT_EQ(done.failure().code, "suspend_timeout");
  EXPECT_EQ(done.failure().text.find("late"), std::string::npos) << done.failure().text;
  EXPECT_NE(done.failure().text.find("slow"), std::string::npos) << done.failure().text;
}

TEST_F(swap_refusal_test, a_stopping_host_cancels_before_the_switch) {
  const auto servers = spawn_many(3);
  release::swap_options options;
  options.cancelled = [] { return true; };
  const auto done = swap(direction::up, options);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.failure().code, "cancelled");
  expect_untouched(servers);
}

}  // namespace
}  // namespace patchbay::test
