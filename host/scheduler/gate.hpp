#pragma once
// Stops a set of units from starting handlers, without stopping anybody else.
#include <atomic>
#include <mutex>
#include <vector>

namespace patchbay::scheduler {

class unit;

/// A closed gate keeps units behind it from starting a handler; those that come meanwhile are put aside and run when it opens.
/// Protocol, the proof of the freeze:
///   a runner:   running := unit (seq_cst); if gate closed (seq_cst load): running := none, defer; else run the handler
///   the freezer: closed := true (seq_cst); then reads every thread's running (seq_cst)
/// Either the runner's load sees `closed`, or the freezer's read sees `running`: both cannot miss, as the four operations are in one total
/// order. A thread that already holds a token behind a closed gate may enter further ones inline (the freezer waits for that thread
/// anyway, so what it began can end).
class gate {
 public:
  [[nodiscard]] bool closed() const noexcept { return closed_.load(std::memory_order_seq_cst); }

 private:
  friend class scheduler;
  friend class freezer;
  std::atomic<bool> closed_{false};
  std::mutex mutex_;
  std::vector<unit*> deferred_;  // guarded by mutex_; each holds its own token (it counts as queued)
};

}  // namespace patchbay::scheduler
