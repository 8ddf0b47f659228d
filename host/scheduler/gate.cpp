#include "scheduler/gate.hpp"

#include <climits>
#include <utility>

#include "port/futex.hpp"

namespace patchbay::scheduler {

bool gate::defer(unit& held) {
  const std::lock_guard lock(mutex_);
  // open() clears closed_ under the same lock before it takes the list: a unit put aside here is in what it takes.
  if (!closed()) return false;
  deferred_.push_back(&held);
  return true;
}

void gate::wait_open() {
  for (;;) {
    const std::uint32_t seen = changes_.load(std::memory_order_acquire);
    if (!closed()) return;
    port::futex_wait(changes_, seen, port::steady_time::max());
  }
}

void gate::close() noexcept { closed_.store(true, std::memory_order_seq_cst); }

std::vector<unit*> gate::open() {
  std::vector<unit*> held;
  {
    const std::lock_guard lock(mutex_);
    closed_.store(false, std::memory_order_seq_cst);
    held = std::exchange(deferred_, {});
  }
  changes_.fetch_add(1, std::memory_order_release);
  port::futex_wake(changes_, INT_MAX);
  return held;
}

}  // namespace patchbay::scheduler
