#pragma once
// Timers: a heap that finds and removes any of its entries.
#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <vector>

#include "port/futex.hpp"

namespace patchbay::scheduler {

/// Fires functions at or after their time, in the order of their times. A function must be short: it sends something.
/// Invariants (under mutex_): heap_ is a binary min-heap by (due, id); places_[id] is the index of that id in heap_.
/// A timer is in the heap until exactly one of fire and cancel takes it out.
class timers {
 public:
  using action = std::function<void()>;

  /// `kick` is called, without the lock, when a timer becomes the earliest. Ids are never 0. Thread: any.
  explicit timers(std::function<void()> kick) : kick_(std::move(kick)) {}

  std::uint64_t add(port::steady_time due, action what);
  /// What was left, where the timer had not fired. Thread: any.
  std::optional<std::chrono::nanoseconds> cancel(std::uint64_t id, action* what = nullptr);
  /// Runs all that is due, without the lock. Thread: the timekeeper's.
  void fire(port::steady_time now);
  /// The earliest time; max() where there is none.
  [[nodiscard]] port::steady_time next() const;
  [[nodiscard]] std::size_t size() const;

 private:
  struct entry {
    port::steady_time due;
    std::uint64_t id;
    action what;
  };
  [[nodiscard]] static bool earlier(const entry& a, const entry& b) noexcept {
    return a.due < b.due || (a.due == b.due && a.id < b.id);
  }
  entry take(std::size_t index);
  void sift_up(std::size_t index);
  void sift_down(std::size_t index);
  void place(std::size_t index, entry&& what);

  mutable std::mutex mutex_;
  std::vector<entry> heap_;
  std::unordered_map<std::uint64_t, std::size_t> places_;
  std::uint64_t last_id_ = 0;
  std::function<void()> kick_;
};

}  // namespace patchbay::scheduler
