#pragma once
// One thread that runs everything, in an order and at a time that it says: for tests that come out the same each time.
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <random>
#include <vector>

#include "port/futex.hpp"
#include "scheduler/unit.hpp"

namespace patchbay::scheduler {

/// What a scheduler without threads goes by (scheduler_options::by_hand): a clock that moves only when told, and the units that are ready.
/// The same seed and the same submissions give the same order. Outlives its scheduler.
/// Thread: push any; all else the one that owns the scheduler.
class manual {
 public:
  /// 0: first in, first out; otherwise each next unit is drawn from all that are ready.
  explicit manual(std::uint64_t seed = 0) noexcept : seed_(seed), random_(seed) {}

  [[nodiscard]] port::steady_time now() const noexcept { return now_; }
  /// Never backwards.
  void move_to(port::steady_time when) noexcept {
    if (when > now_) now_ = when;
  }

  /// Takes a unit's token.
  void push(unit& ready);
  /// The next to run, with its token; nullptr: none is ready.
  [[nodiscard]] unit* take();
  [[nodiscard]] bool idle() const;
  void clear();

 private:
  // Not the clock's epoch: a deadline just before it would lie before all time.
  static constexpr port::steady_time begin{std::chrono::hours{1}};

  std::uint64_t seed_;
  std::mt19937_64 random_;
  port::steady_time now_ = begin;
  mutable std::mutex mutex_;
  std::vector<unit*> ready_;  // guarded by mutex_; oldest first
};

}  // namespace patchbay::scheduler
