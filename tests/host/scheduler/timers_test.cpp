#include "scheduler/timers.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

namespace patchbay::scheduler {
namespace {

using namespace std::chrono_literals;
const port::steady_time zero{};

TEST(timers, fire_in_the_order_of_their_times_and_ties_in_the_order_of_adding) {
  timers queue([] {});
  std::vector<int> fired;
  const std::vector<int> times{5, 1, 3, 1, 9, 5};
  for (std::size_t i = 0; i < times.size(); ++i) {
    queue.add(zero + std::chrono::seconds(times[i]), [&fired, i] { fired.push_back(static_cast<int>(i)); });
  }
  queue.fire(zero + 4s);
  EXPECT_EQ(fired, (std::vector<int>{1, 3, 2}));
  queue.fire(zero + 10s);
  EXPECT_EQ(fired, (std::vector<int>{1, 3, 2, 0, 5, 4}));
}

TEST(timers, a_cancelled_one_does_not_fire_and_a_fired_one_cannot_be_cancelled) {
  timers queue([] {});
  int fired = 0;
  const auto due = std::chrono::steady_clock::now() + 1h;
  const auto id = queue.add(due, [&] { ++fired; });
  const auto left = queue.cancel(id);
  ASSERT_TRUE(left);
  EXPECT_GT(*left, 59min);
  EXPECT_FALSE(queue.cancel(id));
  const auto other = queue.add(due, [&] { ++fired; });
  queue.fire(due);
  EXPECT_EQ(fired, 1);
  EXPECT_FALSE(queue.cancel(other));
}

TEST(timers, kick_only_when_the_earliest_changes) {
  int kicks = 0;
  timers queue([&] { ++kicks; });
  queue.add(zero + 5s, [] {});
  queue.add(zero + 9s, [] {});
  EXPECT_EQ(kicks, 1);
  queue.add(zero + 1s, [] {});
  EXPECT_EQ(kicks, 2);
}

TEST(timers, random_adds_and_cancels_keep_the_heap_a_heap) {
  std::mt19937 random(7);
  timers queue([] {});
  std::vector<std::pair<std::uint64_t, int>> alive;
  std::vector<int> fired;
  for (int i = 0; i < 5000; ++i) {
    if (random() % 3 == 0 && !alive.empty()) {
      const std::size_t at = random() % alive.size();
      ASSERT_TRUE(queue.cancel(alive[at].first));
      alive.erase(alive.begin() + static_cast<std::ptrdiff_t>(at));
    } else {
      const int due = static_cast<int>(random() % 10'000);
      alive.emplace_back(queue.add(zero + std::chrono::milliseconds(due), [&fired, due] { fired.push_back(due); }),
                         due);
    }
  }
  EXPECT_EQ(queue.size(), alive.size());
  queue.fire(zero + 1h);
  EXPECT_EQ(fired.size(), alive.size());
  EXPECT_TRUE(std::is_sorted(fired.begin(), fired.end()));
}

}  // namespace
}  // namespace patchbay::scheduler
