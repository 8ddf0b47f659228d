// OTP.md section 4: handler overload: sync at 10 queued, drop at 200, flush at 1000, burst 500 per second.
#include "node/log_queue.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace patchbay::node {
namespace {

constexpr std::size_t many = 1'000'000;

/// A sink that the test holds up.
struct log_queue_test : ::testing::Test {
  std::unique_ptr<log_queue> open(const overload_limits& limits) {
    return std::make_unique<log_queue>(limits, [this](const log_record& record) {
      std::unique_lock lock(mutex);
      held = true;
      changed.notify_all();
      changed.wait(lock, [&] { return let_go; });
      written.push_back(record.what.text);
      changed.notify_all();
    });
  }
  static log_record record(std::size_t i) {
    log_record made;
    made.what.text = std::to_string(i);
    return made;
  }
  /// Pushes one and waits until the writer holds it: from then on what is pushed waits.
  void hold(log_queue& queue) {
    queue.push(record(0));
    std::unique_lock lock(mutex);
    ASSERT_TRUE(changed.wait_for(lock, std::chrono::seconds(10), [&] { return held; }));
  }
  void release() {
    const std::lock_guard lock(mutex);
    let_go = true;
    changed.notify_all();
  }

  std::mutex mutex;
  std::condition_variable changed;
  bool held = false;
  bool let_go = false;
  std::vector<std::string> written;
};

TEST(overload_limits, are_otps) {
  const overload_limits limits;
  EXPECT_EQ(limits.sync, 10U);
  EXPECT_EQ(limits.drop, 200U);
  EXPECT_EQ(limits.flush, 1000U);
  EXPECT_EQ(limits.burst, 500U);
  EXPECT_EQ(limits.window, std::chrono::seconds(1));
}

TEST_F(log_queue_test, async_until_10_are_queued_then_sync) {
  auto queue = open({});
  hold(*queue);
  for (std::size_t i = 1; i <= 10; ++i) queue->push(record(i));  // returns while the writer is held
  std::atomic<bool> back{false};
  std::thread eleventh([&] {
    queue->push(record(11));
    const std::lock_guard lock(mutex);
    EXPECT_EQ(written.size(), 12U) << "it waits until its own is written";
    back = true;
  });
  while (queue->waiting() < 11) std::this_thread::yield();
  EXPECT_FALSE(back);
  release();
  eleventh.join();
  EXPECT_TRUE(back);
}

TEST_F(log_queue_test, drops_at_200_and_tells_how_many_in_one_line) {
  auto queue = open({.sync = many, .drop = 200, .flush = 1000, .burst = many, .window = std::chrono::milliseconds(1)});
  hold(*queue);
  for (std::size_t i = 1; i <= 250; ++i) queue->push(record(i));
  release();
  queue.reset();
  ASSERT_EQ(written.size(), 202U);
  EXPECT_EQ(written[200], "200");
  EXPECT_EQ(written[201].substr(0, 23), "50 log records dropped:");
}

TEST_F(log_queue_test, flushes_what_waits_at_1000) {
  auto queue = open({.sync = many, .drop = many, .flush = 1000, .burst = many, .window = std::chrono::milliseconds(1)});
  hold(*queue);
  for (std::size_t i = 1; i <= 1001; ++i) queue->push(record(i));
  release();
  queue.reset();
  ASSERT_EQ(written.size(), 3U);
  EXPECT_EQ(written[1], "1001");
  EXPECT_EQ(written[2].substr(0, 25), "1000 log records dropped:");
}

TEST_F(log_queue_test, takes_a_burst_of_500_in_one_window) {
  release();
  auto queue = open({.sync = many, .drop = many, .flush = many, .burst = 500, .window = std::chrono::hours(1)});
  for (std::size_t i = 0; i < 600; ++i) queue->push(record(i));
  queue.reset();
  ASSERT_EQ(written.size(), 501U);
  EXPECT_EQ(written[500].substr(0, 24), "100 log records dropped:");
}

TEST_F(log_queue_test, tells_of_a_burst_when_its_window_is_over_and_takes_more) {
  release();
  auto queue = open({.sync = many, .drop = many, .flush = many, .burst = 5, .window = std::chrono::milliseconds(20)});
  for (std::size_t i = 0; i < 9; ++i) queue->push(record(i));
  {
    std::unique_lock lock(mutex);
    const auto told = [&] { return !written.empty() && written.back().find("dropped") != std::string::npos; };
    ASSERT_TRUE(changed.wait_for(lock, std::chrono::seconds(10), told));
  }
  queue->push(record(10));
  queue.reset();
  EXPECT_EQ(written.back(), "10");
}

}  // namespace
}  // namespace patchbay::node
