#include "scheduler/gate.hpp"

#include <climits>
#include <utility>

#include "port/futex.hpp"

namespace patchbay::scheduler {

bool gate::defer(unit& held) {
  const std::lock_guard lock(mutex_);
  // admit() changes the mode under the same lock before it takes the list: a unit put aside here is in what it takes.
  if (!bars(held)) return false;
  deferred_.push_back(&held);
  return true;
}

bool gate::recall(unit& held) {
  const std::lock_guard lock(mutex_);
  if (bars(held)) return false;
  return std::erase(deferred_, &held) != 0;
}

void gate::wait_open() {
  for (;;) {
    const std::uint32_t seen = changes_.load(std::memory_order_acquire);
    if (!shut()) return;
    port::futex_wait(changes_, seen, port::steady_time::max());
  }
}

void gate::close() noexcept { set(mode::closed); }

void gate::watch(entry_watcher* who) noexcept {
  watcher_.store(who, std::memory_order_seq_cst);
  const auto mode_now = static_cast<std::uint32_t>(now());
  word_.store(who == nullptr ? mode_now : mode_now | watched, std::memory_order_seq_cst);
}

std::vector<unit*> gate::admit(mode next) {
  std::vector<unit*> held;
  {
    const std::lock_guard lock(mutex_);
    set(next);
    held = std::exchange(deferred_, {});
  }
  changes_.fetch_add(1, std::memory_order_release);
  port::futex_wake(changes_, INT_MAX);
  return held;
}

void gate::begin_flight(unit& held) noexcept {
  held.in_flight.store(true, std::memory_order_seq_cst);
  flights_.fetch_add(1, std::memory_order_seq_cst);
}

void gate::end_flight(unit& held) noexcept {
  held.in_flight.store(false, std::memory_order_seq_cst);
  if (flights_.fetch_sub(1, std::memory_order_seq_cst) == 1 && shut()) port::futex_wake(flights_, INT_MAX);
}

void gate::wait_landed(std::chrono::steady_clock::time_point deadline) noexcept {
  for (;;) {
    const std::uint32_t seen = flights();
    if (seen == 0 || std::chrono::steady_clock::now() >= deadline) return;
    port::futex_wait(flights_, seen, deadline);
  }
}

}  // namespace patchbay::scheduler
