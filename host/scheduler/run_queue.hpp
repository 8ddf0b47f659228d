#pragma once
// A first-in first-out queue of units that hold their own token.
#include <atomic>
#include <cstddef>
#include <mutex>

#include "scheduler/unit.hpp"

namespace patchbay::scheduler {

/// Thread: any. A unit is in at most one queue: whoever holds its token puts it there.
class run_queue {
 public:
  void push(unit& item) noexcept {
    const std::lock_guard lock(mutex_);
    item.next_run = nullptr;
    (last_ == nullptr ? first_ : last_->next_run) = &item;
    last_ = &item;
    // seq_cst: half of the handshake with a worker that is about to sleep (scheduler.cpp).
    size_.store(size_.load(std::memory_order_relaxed) + 1, std::memory_order_seq_cst);
  }

  unit* pop() noexcept {
    if (empty()) return nullptr;
    const std::lock_guard lock(mutex_);
    return take();
  }

  /// Moves the older half (at least one) to `thief` and returns one of them to run.
  unit* steal(run_queue& thief) noexcept {
    if (empty()) return nullptr;
    unit* mine = nullptr;
    unit* rest_first = nullptr;
    unit* rest_last = nullptr;
    std::size_t rest = 0;
    {
      const std::lock_guard lock(mutex_);
      const std::size_t half = (size_.load(std::memory_order_relaxed) + 1) / 2;
      mine = take();
      for (; mine != nullptr && rest + 1 < half; ++rest) {
        unit* next = take();
        next->next_run = nullptr;
        (rest_last == nullptr ? rest_first : rest_last->next_run) = next;
        rest_last = next;
      }
    }
    if (rest != 0) thief.append(rest_first, rest_last, rest);
    return mine;
  }

  [[nodiscard]] bool empty() const noexcept { return size_.load(std::memory_order_seq_cst) == 0; }
  [[nodiscard]] std::size_t size() const noexcept { return size_.load(std::memory_order_relaxed); }

 private:
  unit* take() noexcept {
    unit* item = first_;
    if (item == nullptr) return nullptr;
    first_ = item->next_run;
    if (first_ == nullptr) last_ = nullptr;
    size_.store(size_.load(std::memory_order_relaxed) - 1, std::memory_order_seq_cst);
    return item;
  }
  void append(unit* first, unit* last, std::size_t count) noexcept {
    const std::lock_guard lock(mutex_);
    (last_ == nullptr ? first_ : last_->next_run) = first;
    last_ = last;
    size_.store(size_.load(std::memory_order_relaxed) + count, std::memory_order_seq_cst);
  }

  std::mutex mutex_;
  unit* first_ = nullptr;  // guarded by mutex_
  unit* last_ = nullptr;   // guarded by mutex_
  std::atomic<std::size_t> size_{0};
};

}  // namespace patchbay::scheduler
