#pragma once
// Who wants to know of each entry behind some gates: a swap that makes states anew while the old ones serve.
#include <vector>

#include "scheduler/gate.hpp"
#include "scheduler/scheduler.hpp"

namespace patchbay::scheduler {

/// Thread: whichever enters the unit; it holds the unit's token, and runs nothing of it before this returns. Short, as an entry waits for it.
class entry_watcher {
 public:
  virtual void entered(unit& entered) noexcept = 0;

 protected:
  ~entry_watcher() = default;
};

/// While it lives, entries behind the gates are told. One at a time for each gate.
///
/// Invariants:
///  - An entry whose look at the gate came before the watch began is not told. Its thread has the token, so whoever takes the token after it
///    comes behind it; from then on each entry of that unit is told (the token's hand-over orders the watch's beginning before them).
///  - When the destructor returns nobody is in entered(), and nobody will be. All of this is seq_cst: a thread raises `telling`, then loads the
///    watcher; the destructor clears the watcher, then loads every thread's `telling` until none is raised. Both cannot miss.
class entry_watch {
 public:
  entry_watch(scheduler& owner, std::vector<gate*> gates, entry_watcher& who);
  ~entry_watch();
  entry_watch(const entry_watch&) = delete;
  entry_watch& operator=(const entry_watch&) = delete;

 private:
  scheduler& owner_;
  std::vector<gate*> gates_;
};

}  // namespace patchbay::scheduler
