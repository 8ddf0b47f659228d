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

  /// True: frozen, until thaw(). False: thawed already; blockers() tells who ran.
  bool try_freeze(std::chrono::microseconds window);
  void thaw() noexcept;
  [[nodiscard]] const std::vector<unit*>& blockers() const noexcept { return blockers_; }

  /// Gates that close and open with the others from now on. REQUIRES: frozen; nothing behind them runs yet.
  void add_closed(gate& more);

 private:
  [[nodiscard]] std::vector<unit*> running() const;

  scheduler& owner_;
  std::vector<gate*> gates_;
  std::vector<unit*> blockers_;
  bool frozen_ = false;
};

}  // namespace patchbay::scheduler
