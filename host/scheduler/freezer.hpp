#pragma once
// The freeze: no handler behind the given gates runs or can start.
#include <chrono>
#include <vector>

#include "scheduler/gate.hpp"
#include "scheduler/scheduler.hpp"

namespace patchbay::scheduler {

/// Closes gates and waits until no thread runs anything behind them. One at a time per scheduler.
/// A window is short: where a handler does not end in it the gates open again, so that a long handler delays nobody but itself.
/// Thread: one that runs nothing behind the gates.
class freezer {
 public:
  freezer(scheduler& owner, std::vector<gate*> gates);
  ~freezer();
  freezer(const freezer&) = delete;
  freezer& operator=(const freezer&) = delete;

  /// Lets what is in flight behind the gates end, while nothing else starts there. True: nothing was in flight at the last look; the gates
  /// stay draining, try_freeze() or thaw() follows. False: something still was at the deadline; thawed.
  bool drain(std::chrono::steady_clock::time_point deadline);
  /// How many units are in flight behind the gates.
  [[nodiscard]] std::uint32_t flights() const noexcept;

  /// True: frozen, until thaw(). Something may be in flight all the same: then drain() again. False: thawed already; blockers() tells who ran.
  bool try_freeze(std::chrono::microseconds window);
  void thaw() noexcept;
  [[nodiscard]] const std::vector<unit*>& blockers() const noexcept { return blockers_; }

  /// Gates that close and open with the others from now on. REQUIRES: frozen; nothing behind them runs yet.
  void add_closed(gate& more);

 private:
  void begin() noexcept;
  [[nodiscard]] std::vector<unit*> running() const;

  scheduler& owner_;
  std::vector<gate*> gates_;
  std::vector<unit*> blockers_;
  bool frozen_ = false;
};

}  // namespace patchbay::scheduler
