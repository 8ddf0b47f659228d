#pragma once
// One thread that knows the time: fires timers, and while anything runs publishes a tick and lets the scheduler watch its threads.
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "scheduler/timers.hpp"

namespace patchbay::scheduler {

/// Sleeps until the next timer while nothing runs; ticks every millisecond otherwise. Thread: any, but for start and stop.
class timekeeper {
 public:
  static constexpr std::chrono::milliseconds tick_length{1};

  /// `on_tick` runs on the timekeeper's thread and says whether anything still runs.
  explicit timekeeper(std::function<bool()> on_tick);
  ~timekeeper();

  void start();
  void stop();

  /// Something begins to run: ticks start. Cheap when they already do.
  void wake() noexcept;

  /// Milliseconds, coarse: moves only while something runs.
  [[nodiscard]] std::int64_t tick() const noexcept { return tick_.load(std::memory_order_relaxed); }
  [[nodiscard]] timers& timer_queue() noexcept { return timers_; }

 private:
  void main();
  void publish(port::steady_time now) noexcept;
  void kick();

  std::function<bool()> on_tick_;
  timers timers_;
  std::atomic<std::int64_t> tick_{0};
  std::atomic<bool> ticking_{false};
  std::mutex mutex_;
  std::condition_variable changed_;
  bool kicked_ = false;    // guarded by mutex_
  bool stopping_ = false;  // guarded by mutex_
  std::thread thread_;
};

}  // namespace patchbay::scheduler
