#include <vector>

#include "units.hpp"

namespace patchbay::scheduler::test {
namespace {

class scheduler_test : public scheduled {};

TEST_F(scheduler_test, runs_what_is_submitted_from_anywhere) {
  begin({2});
  std::vector<counter*> units;
  for (int i = 0; i < 50; ++i) units.push_back(&make());
  std::vector<std::thread> threads;
  for (int t = 0; t < 3; ++t) {
    threads.emplace_back([&] {
      for (int n = 0; n < 200; ++n) {
        for (counter* each : units) poke(*each);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (counter* each : units) EXPECT_TRUE(eventually([&] { return each->runs == 600; })) << each->runs;
}

TEST_F(scheduler_test, wakes_a_sleeping_worker_every_time) {
  begin({1});
  counter& one = make();
  for (int i = 1; i <= 300; ++i) {
    poke(one);
    ASSERT_TRUE(eventually([&] { return one.runs == i; }));
  }
}

// Two at once for two workers of which one searches and one sleeps: both run at the same time, with no help from the timekeeper.
TEST_F(scheduler_test, a_searcher_that_found_work_wakes_another_for_the_rest) {
  scheduler_options options;
  options.workers = 2;
  options.retake_after = 1h;
  begin(options);
  counter& one = make();
  counter& two = make();
  std::atomic<int> inside{0};
  std::atomic<int> met{0};
  for (counter* each : {&one, &two}) {
    each->what = [&] {
      const int all = ++inside;
      if (all % 2 == 1) {
        EXPECT_TRUE(eventually([&] { return inside == all + 1; }));
        ++met;
      }
    };
  }
  for (int round = 1; round <= 200; ++round) {
    poke(one);
    poke(two);
    ASSERT_TRUE(eventually([&] { return one.runs == round && two.runs == round; }));
  }
  EXPECT_EQ(met, 200);
}

// A worker that is stuck in one handler does not starve what is queued behind it.
TEST_F(scheduler_test, a_spare_takes_over_from_a_worker_that_is_stuck) {
  begin({1});
  std::atomic<bool> let_go{false};
  counter& stuck = make();
  stuck.what = [&] {
    while (!let_go) std::this_thread::yield();
  };
  counter& other = make();
  poke(stuck);
  ASSERT_TRUE(eventually([&] { return stuck.inside == 1; }));
  poke(other);
  EXPECT_TRUE(eventually([&] { return other.runs == 1; }));
  let_go = true;
  EXPECT_TRUE(eventually([&] { return stuck.runs == 1; }));
}

TEST_F(scheduler_test, a_blocking_handler_hands_its_queue_on_until_no_spare_is_left) {
  scheduler_options options;
  options.workers = 1;
  options.max_spares = 2;
  options.retake_after = 1h;
  begin(options);
  std::atomic<int> blocked{0};
  std::atomic<int> refused{0};
  std::atomic<bool> let_go{false};
  std::vector<counter*> units;
  for (int i = 0; i < 3; ++i) {
    units.push_back(&make());
    units.back()->what = [&] {
      if (!host->begin_blocking(*this_thread())) {
        ++refused;
        return;
      }
      ++blocked;
      while (!let_go) std::this_thread::yield();
    };
  }
  for (counter* each : units) poke(*each);
  // One worker and two spares: the third that wants to block is told that nobody is left.
  EXPECT_TRUE(eventually([&] { return blocked == 2 && refused == 1; })) << blocked << " " << refused;
  let_go = true;
  for (counter* each : units) EXPECT_TRUE(eventually([&] { return each->runs == 1; }));
}

// A start waits between entering its process and its first handler: the watchdog's first look at a new thread compares with nothing.
TEST_F(scheduler_test, a_thread_that_has_not_begun_a_handler_is_not_reported) {
  begin({1});
  counter& one = make();
  attached_thread attached(*host);
  ASSERT_EQ(one.inbox.try_acquire(one.inbox.generation()), mailbox::acquired::yes);
  ASSERT_TRUE(attached.context().enter(one));
  host->keeper().wake();
  const auto seen = host->keeper().tick();
  EXPECT_TRUE(eventually([&] { return host->keeper().tick() > seen + 5; }));
  EXPECT_EQ(run.reports, 0);
  EXPECT_TRUE(one.inbox.try_release());
  attached.context().leave();
}

TEST_F(scheduler_test, a_handler_that_runs_long_is_reported_once) {
  scheduler_options options;
  options.workers = 1;
  options.long_handler = 20ms;
  begin(options);
  std::atomic<bool> let_go{false};
  counter& slow = make();
  slow.what = [&] {
    while (!let_go) std::this_thread::yield();
  };
  poke(slow);
  ASSERT_TRUE(eventually([&] { return run.reports == 1; }));
  let_go = true;
  ASSERT_TRUE(eventually([&] { return slow.runs == 1; }));
  EXPECT_EQ(run.reports, 1);
}

}  // namespace
}  // namespace patchbay::scheduler::test
