#include "behaviour/restart_window.hpp"

#include <gtest/gtest.h>

namespace patchbay::behaviour {
namespace {

using namespace std::chrono_literals;

const restart_window::time_point start{1000s};

TEST(restart_window, three_in_five_seconds_and_not_a_fourth) {
  restart_window window(3, 5s);
  EXPECT_TRUE(window.add(start));
  EXPECT_TRUE(window.add(start + 1s));
  EXPECT_TRUE(window.add(start + 2s));
  EXPECT_FALSE(window.add(start + 3s));
}

TEST(restart_window, only_those_within_the_period_count) {
  restart_window window(3, 5s);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(window.add(start));
  EXPECT_FALSE(window.add(start + 5s)) << "the period's end belongs to it";
  restart_window later(3, 5s);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(later.add(start));
  EXPECT_TRUE(later.add(start + 5001ms));
}

TEST(restart_window, a_steady_rate_below_the_intensity_goes_on_for_ever) {
  restart_window window(3, 5s);
  for (int i = 0; i < 1000; ++i) ASSERT_TRUE(window.add(start + i * 1700ms)) << i;
  EXPECT_FALSE(window.add(start + 999 * 1700ms + 1ms));
}

TEST(restart_window, intensity_zero_allows_none) {
  restart_window window(0, 1s);
  EXPECT_FALSE(window.add(start));
  EXPECT_FALSE(window.add(start + 100s));
}

}  // namespace
}  // namespace patchbay::behaviour
