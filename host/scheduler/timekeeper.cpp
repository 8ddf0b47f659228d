#include "scheduler/timekeeper.hpp"

#include <algorithm>

namespace patchbay::scheduler {

timekeeper::timekeeper(std::function<bool()> on_tick) : on_tick_(std::move(on_tick)), timers_([this] { kick(); }) {}
timekeeper::~timekeeper() { stop(); }

void timekeeper::start() {
  thread_ = std::thread([this] { main(); });
}

void timekeeper::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void timekeeper::kick() {
  {
    const std::lock_guard lock(mutex_);
    kicked_ = true;
  }
  changed_.notify_all();
}

void timekeeper::wake() noexcept {
  // seq_cst: the caller published what runs before; main() clears ticking_ before it looks again. One of the two sees the other.
  if (ticking_.load(std::memory_order_seq_cst)) return;
  // The tick stood still: whoever measures by it from here on must not begin at the old one.
  publish(std::chrono::steady_clock::now());
  if (!ticking_.exchange(true, std::memory_order_seq_cst)) kick();
}

void timekeeper::publish(port::steady_time now) noexcept {
  tick_.store(std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count(),
              std::memory_order_relaxed);
}

void timekeeper::main() {
  using clock = std::chrono::steady_clock;
  for (;;) {
    const auto now = clock::now();
    publish(now);
    timers_.fire(now);
    if (ticking_.load(std::memory_order_relaxed) && !on_tick_()) {
      ticking_.store(false, std::memory_order_seq_cst);
      // What began between on_tick_ and the store saw ticking_ still set and did not kick: look once more.
      if (on_tick_()) ticking_.store(true, std::memory_order_seq_cst);
    }
    const auto due = timers_.next();
    const auto until = ticking_.load(std::memory_order_relaxed) ? std::min(due, now + tick_length) : due;
    std::unique_lock lock(mutex_);
    const auto ready = [this] { return kicked_ || stopping_; };
    if (until == port::steady_time::max()) {
      changed_.wait(lock, ready);
    } else {
      changed_.wait_until(lock, until, ready);
    }
    if (stopping_) return;
    kicked_ = false;
  }
}

}  // namespace patchbay::scheduler
