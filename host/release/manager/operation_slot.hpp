#pragma once
// One release operation at a time, and a host that stops can end it.
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <string>

#include "port/outcome.hpp"

namespace patchbay::release {

/// Thread: any.
class operation_slot {
 public:
  /// Frees the slot when it goes.
  class holder {
   public:
    holder(holder&& other) noexcept : slot_(std::exchange(other.slot_, nullptr)) {}
    holder& operator=(holder&&) = delete;
    ~holder();

   private:
    friend class operation_slot;
    explicit holder(operation_slot& slot) : slot_(&slot) {}
    operation_slot* slot_;
  };

  /// Errors: busy (says what runs), shutting_down.
  outcome<holder> take(std::string what);

  /// What runs now, empty: nothing.
  [[nodiscard]] std::string current() const;

  /// Nothing starts any more; waits until what runs has ended. It sees cancelled() meanwhile.
  void close();
  [[nodiscard]] bool cancelled() const noexcept { return closed_.load(std::memory_order_acquire); }

 private:
  mutable std::mutex mutex_;
  std::condition_variable freed_;
  std::string current_;  // guarded by mutex_
  std::atomic<bool> closed_{false};
};

}  // namespace patchbay::release
