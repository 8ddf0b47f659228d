#include <vector>

#include "scheduler/quarantine.hpp"
#include "units.hpp"

namespace patchbay::scheduler::test {
namespace {

class freezer_test : public scheduled {};

TEST_F(freezer_test, nothing_behind_the_gate_runs_while_it_is_closed_and_everything_afterwards) {
  begin({2});
  counter& held = make();
  counter& other = make(other_door);
  freezer freeze(*host, {&door});
  ASSERT_TRUE(freeze.try_freeze(10s));
  poke(held);
  poke(other);
  ASSERT_TRUE(eventually([&] { return other.runs == 1; }));
  EXPECT_EQ(held.runs, 0);
  freeze.thaw();
  EXPECT_TRUE(eventually([&] { return held.runs == 1; }));
}

TEST_F(freezer_test, a_window_that_a_handler_outlasts_opens_again_and_names_it) {
  begin({2});
  std::atomic<bool> let_go{false};
  counter& slow = make();
  slow.what = [&] {
    while (!let_go) std::this_thread::yield();
  };
  counter& quick = make();
  poke(slow);
  ASSERT_TRUE(eventually([&] { return slow.inside == 1; }));
  freezer freeze(*host, {&door});
  EXPECT_FALSE(freeze.try_freeze(500us));
  ASSERT_EQ(freeze.blockers().size(), 1U);
  EXPECT_EQ(freeze.blockers().front(), &slow);
  poke(quick);
  EXPECT_TRUE(eventually([&] { return quick.runs == 1; }));
  let_go = true;
  EXPECT_TRUE(eventually([&] { return freeze.try_freeze(500us); }));
}

// The proof in gate.hpp, put to the test: units run all the time on workers and attached threads, and whenever the freezer says frozen, none is inside.
TEST_F(freezer_test, frozen_means_that_nobody_is_inside) {
  begin({2});
  std::vector<counter*> units;
  for (int i = 0; i < 8; ++i) units.push_back(&make());
  std::atomic<bool> done{false};
  std::thread feeder([&] {
    while (!done) {
      for (counter* each : units) poke(*each);
      std::this_thread::yield();
    }
  });
  std::thread inliner([&] {
    attached_thread attached(*host);
    while (!done) {
      for (counter* each : units) {
        if (each->inbox.try_acquire(1) != mailbox::acquired::yes) continue;
        if (attached.context().enter(*each)) {
          EXPECT_EQ(++each->inside, 1);
          --each->inside;
          ++each->runs;
          if (each->inbox.try_release()) {
            attached.context().leave();
          } else {
            attached.context().leave();
            host->submit(*each);
          }
        } else if (!each->inbox.try_release()) {
          host->defer(*each);
        }
      }
    }
  });
  freezer freeze(*host, {&door});
  for (int round = 0; round < 300; ++round) {
    while (!freeze.try_freeze(500us)) std::this_thread::yield();
    for (counter* each : units) EXPECT_EQ(each->inside, 0);
    const int before = units.front()->runs;
    freeze.thaw();
    ASSERT_TRUE(eventually([&] { return units.front()->runs > before; }));
  }
  done = true;
  feeder.join();
  inliner.join();
}

TEST_F(freezer_test, a_quarantined_unit_waits_longer_than_the_freeze) {
  begin({2});
  counter& held = make();
  counter& other = make();
  std::optional<quarantine> kept;
  {
    freezer freeze(*host, {&door});
    ASSERT_TRUE(freeze.try_freeze(10s));
    kept.emplace(*host, held);
  }
  poke(held);
  poke(other);
  ASSERT_TRUE(eventually([&] { return other.runs == 1; }));
  EXPECT_EQ(held.runs, 0);
  kept->release();
  EXPECT_TRUE(eventually([&] { return held.runs == 1; }));
  poke(held);
  EXPECT_TRUE(eventually([&] { return held.runs == 2; }));
}

TEST_F(freezer_test, frozen_time_adds_up) {
  begin({1});
  freezer freeze(*host, {&door});
  ASSERT_TRUE(freeze.try_freeze(10s));
  const auto begun = host->frozen_time();
  ASSERT_TRUE(eventually([&] { return host->frozen_time() > begun + 1ms; }));
  freeze.thaw();
  const auto after = host->frozen_time();
  EXPECT_GT(after, begun);
  EXPECT_EQ(host->frozen_time(), after);
}

}  // namespace
}  // namespace patchbay::scheduler::test
