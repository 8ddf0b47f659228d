#include "scheduler/freezer.hpp"

#include <utility>

namespace patchbay::scheduler {
namespace {

std::int64_t now_ns() noexcept {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

}  // namespace

freezer::freezer(scheduler& owner, std::vector<gate*> gates) : owner_(owner), gates_(std::move(gates)) {}
freezer::~freezer() { thaw(); }

void freezer::begin() noexcept {
  if (std::exchange(frozen_, true)) return;
  owner_.frozen_since_.store(now_ns(), std::memory_order_release);
}

std::uint32_t freezer::flights() const noexcept {
  std::uint32_t sum = 0;
  for (const gate* door : gates_) sum += door->flights();
  return sum;
}

bool freezer::drain(std::chrono::steady_clock::time_point deadline) {
  begin();
  for (gate* door : gates_) {
    for (unit* held : door->admit(gate::mode::draining)) owner_.submit(*held);
  }
  // One behind a gate may begin on behalf of one behind another that was looked at before: until all are at rest in one round.
  while (flights() != 0) {
    if (std::chrono::steady_clock::now() >= deadline) {
      thaw();
      return false;
    }
    for (gate* door : gates_) door->wait_landed(deadline);
  }
  return true;
}

bool freezer::try_freeze(std::chrono::microseconds window) {
  const auto since = std::chrono::steady_clock::now();
  begin();
  for (gate* door : gates_) door->close();
  for (;;) {
    blockers_ = running();
    if (blockers_.empty()) return true;
    if (std::chrono::steady_clock::now() - since >= window) {
      thaw();
      return false;
    }
    port::cpu_relax();
  }
}

void freezer::add_closed(gate& more) {
  more.close();
  gates_.push_back(&more);
}

void freezer::thaw() noexcept {
  if (!std::exchange(frozen_, false)) return;
  // First the sum, then the mark: a reader between the two sees too much frozen time, which only lengthens a deadline.
  owner_.frozen_ns_.fetch_add(now_ns() - owner_.frozen_since_.load(std::memory_order_relaxed),
                              std::memory_order_release);
  owner_.frozen_since_.store(0, std::memory_order_release);
  for (gate* door : gates_) {
    for (unit* held : door->admit(gate::mode::open)) owner_.submit(*held);
  }
}

std::vector<unit*> freezer::running() const {
  std::vector<unit*> found;
  owner_.each_thread([&found](thread_context& context) {
    for (unsigned level = 0; level < thread_context::max_depth; ++level) {
      unit* item = context.at(level);
      if (item == nullptr) continue;
      const gate* door = item->door.load(std::memory_order_seq_cst);
      if (door != nullptr && door->closed()) found.push_back(item);
    }
  });
  return found;
}

}  // namespace patchbay::scheduler
