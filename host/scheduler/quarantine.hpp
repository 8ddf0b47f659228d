#pragma once
// Keeps one unit from running, longer than any freeze.
#include "scheduler/gate.hpp"
#include "scheduler/scheduler.hpp"

namespace patchbay::scheduler {

/// Puts a unit behind a closed gate of its own; what wants to run it meanwhile is put aside there.
/// The gate lives as long as the scheduler: a thread may look at it long after it read which.
class quarantine {
 public:
  /// REQUIRES: the unit's gate is closed and nobody runs it.
  quarantine(scheduler& owner, unit& held);
  /// Back behind the gate that it came from. Thread: any. Once.
  void release();

 private:
  scheduler& owner_;
  unit& held_;
  gate& home_;
  gate& own_;
};

}  // namespace patchbay::scheduler
