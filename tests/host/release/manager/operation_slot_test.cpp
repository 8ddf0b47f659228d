#include "release/manager/operation_slot.hpp"

#include <gtest/gtest.h>

#include <future>
#include <optional>

namespace patchbay::release {
namespace {

TEST(operation_slot, is_held_by_one_and_says_by_whom) {
  operation_slot slot;
  {
    const auto first = slot.take("install box-2.0.0");
    ASSERT_TRUE(first.ok());
    EXPECT_EQ(slot.current(), "install box-2.0.0");
    const auto second = slot.take("purge");
    ASSERT_FALSE(second.ok());
    EXPECT_EQ(second.failure().code, "busy");
    EXPECT_NE(second.failure().text.find("install box-2.0.0"), std::string::npos);
  }
  EXPECT_EQ(slot.current(), "");
  EXPECT_TRUE(slot.take("purge").ok());
}

TEST(operation_slot, close_waits_for_what_runs_and_lets_nothing_begin) {
  operation_slot slot;
  auto taken = slot.take("install box-2.0.0");
  ASSERT_TRUE(taken.ok());
  std::optional<operation_slot::holder> holder(std::move(*taken));
  auto closing = std::async(std::launch::async, [&] { slot.close(); });
  while (!slot.cancelled()) std::this_thread::yield();
  EXPECT_EQ(slot.take("purge").failure().code, "shutting_down");
  EXPECT_EQ(closing.wait_for(std::chrono::seconds(0)), std::future_status::timeout);
  holder.reset();
  closing.get();
}

}  // namespace
}  // namespace patchbay::release
