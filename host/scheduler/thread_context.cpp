#include "scheduler/thread_context.hpp"

#include "port/stack.hpp"
#include "scheduler/entry_watch.hpp"
#include "scheduler/gate.hpp"
#include "scheduler/unit.hpp"

namespace patchbay::scheduler {
namespace {
thread_local thread_context* context_of_this_thread = nullptr;
}  // namespace

thread_context* this_thread() noexcept { return context_of_this_thread; }
void set_this_thread(thread_context* context) noexcept { context_of_this_thread = context; }

thread_context::thread_context(scheduler& owner) noexcept
    : owner_(&owner), stack_floor_(port::stack_floor() + stack_reserve) {}

bool thread_context::enter(unit& next) noexcept {
  running_[depth_].store(&next, std::memory_order_seq_cst);
  const gate* door = next.door.load(std::memory_order_seq_cst);
  if (door != nullptr && !door->at_rest()) {
    if (door->bars(next) && !behind_shut_gate()) {
      running_[depth_].store(nullptr, std::memory_order_seq_cst);
      return false;
    }
    tell_watcher(*door, next);
  }
  ++depth_;
  return true;
}

void thread_context::tell_watcher(const gate& door, unit& entered) noexcept {
  telling_.store(true, std::memory_order_seq_cst);
  if (entry_watcher* who = door.watcher(); who != nullptr) who->entered(entered);
  telling_.store(false, std::memory_order_release);
}

void thread_context::leave() noexcept {
  --depth_;
  running_[depth_].store(nullptr, std::memory_order_release);
}

bool thread_context::behind_shut_gate() const noexcept {
  for (unsigned level = 0; level < depth_; ++level) {
    const gate* door = running_[level].load(std::memory_order_relaxed)->door.load(std::memory_order_seq_cst);
    if (door != nullptr && door->shut()) return true;
  }
  return false;
}

bool thread_context::should_yield() const noexcept {
  const gate* door = current()->door.load(std::memory_order_relaxed);
  return door != nullptr && door->bars(*current());
}

bool thread_context::may_nest() const noexcept {
  return depth_ <= max_inline && reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0)) > stack_floor_;
}

bool thread_context::holds(const unit& candidate) const noexcept {
  for (unsigned level = 0; level < depth_; ++level) {
    if (running_[level].load(std::memory_order_relaxed) == &candidate) return true;
  }
  return false;
}

}  // namespace patchbay::scheduler
