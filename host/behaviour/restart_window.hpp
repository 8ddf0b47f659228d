#pragma once
// How often a supervisor may restart: intensity within a period, as OTP's supervisor counts.
#include <chrono>
#include <cstdint>
#include <deque>

namespace patchbay::behaviour {

/// Holds at most intensity + 1 times. Not thread-safe.
class restart_window {
 public:
  using time_point = std::chrono::steady_clock::time_point;

  restart_window(std::uint32_t intensity, std::chrono::seconds period) : intensity_(intensity), period_(period) {}

  /// Counts one restart at `now`. False: it is one more than `intensity` within the period, and the supervisor has to give up.
  bool add(time_point now) {
    while (!times_.empty() && now - times_.front() > period_) times_.pop_front();
    times_.push_back(now);
    if (times_.size() <= intensity_) return true;
    while (times_.size() > intensity_) times_.pop_front();
    return false;
  }

  /// Other limits, from the next restart on.
  void change(std::uint32_t intensity, std::chrono::seconds period) noexcept {
    intensity_ = intensity;
    period_ = period;
  }

 private:
  std::uint32_t intensity_;
  std::chrono::seconds period_;
  std::deque<time_point> times_;  // oldest first
};

}  // namespace patchbay::behaviour
