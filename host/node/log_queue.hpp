#pragma once
// Between those who log and the one thread that writes: OTP's overload protection of logger handlers.
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

#include "node/log_record.hpp"

namespace patchbay::node {

/// logger's sync_mode_qlen, drop_mode_qlen, flush_qlen, burst_limit_max_count and burst_limit_window_time, with OTP's defaults.
struct overload_limits {
  std::size_t sync = 10;     ///< from so many that wait on: who logs waits until its record is written
  std::size_t drop = 200;    ///< from so many on: new records are dropped
  std::size_t flush = 1000;  ///< from so many on: those that wait are dropped too
  std::size_t burst = 500;   ///< records in one window; more are dropped
  std::chrono::milliseconds window{1000};
};

/// Records come out in the order in which they went in. How many were dropped is told by one record, once nothing waits and the window is over.
/// Thread: any.
class log_queue {
 public:
  /// `write` is called by one thread.
  log_queue(const overload_limits& limits, std::function<void(const log_record&)> write);
  /// Writes what waits.
  ~log_queue();
  log_queue(const log_queue&) = delete;
  log_queue& operator=(const log_queue&) = delete;

  void push(log_record record);
  /// Waits until all that was pushed before is written, at most so long.
  void drain(std::chrono::milliseconds limit);
  /// How many are queued and not yet taken by the writer.
  [[nodiscard]] std::size_t waiting() const;

 private:
  using clock = std::chrono::steady_clock;
  /// Nobody waits longer for a sink that hangs.
  static constexpr std::chrono::milliseconds patience{5000};

  void main();
  [[nodiscard]] bool over_burst(clock::time_point now);
  [[nodiscard]] log_record told();

  const overload_limits limits_;
  const std::function<void(const log_record&)> write_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;  // for the writer
  std::condition_variable written_;  // for who waits
  std::deque<log_record> waiting_;   // guarded by mutex_, as is all below
  std::uint64_t pushed_ = 0;         // records that were ever queued
  std::uint64_t done_ = 0;           // of these, written or flushed
  std::uint64_t dropped_ = 0;        // and not told yet
  clock::time_point window_began_{};
  std::size_t in_window_ = 0;
  bool stopping_ = false;
  std::thread writer_;
};

}  // namespace patchbay::node
