#pragma once
// Stops a set of units from starting handlers, without stopping anybody else.
#include <atomic>
#include <cstdint>
#include <mutex>
#include <vector>

namespace patchbay::scheduler {

class unit;

/// A closed gate keeps units behind it from starting a handler; those that come meanwhile are put aside and run when it opens.
///
/// The proof of the freeze. All four operations, and every access to unit::door, are seq_cst, so they lie in one total order S:
///   a runner:    running := unit;   then loads the unit's door and that gate's closed; closed: running := none, and it defers
///   the freezer: closed := true;    then loads every thread's running until none is behind a closed gate
/// If the freezer's load misses the runner's store, that store is later in S, so the runner's load of closed is later still and sees true
/// (or a later opening, with all that the freezer did before it). Both cannot miss.
/// A thread that already runs a unit behind a closed gate may enter further ones inline: the freezer waits for that thread anyway,
/// and what it began can end.
class gate {
 public:
  [[nodiscard]] bool closed() const noexcept { return closed_.load(std::memory_order_seq_cst); }

  /// Puts a unit aside, whose token counts as queued. False where the gate is open (again): run it instead.
  bool defer(unit& held);

  /// Sleeps while the gate is closed. Thread: one that runs nothing behind it.
  void wait_open();

 private:
  friend class freezer;
  friend class quarantine;
  std::vector<unit*> open();
  void close() noexcept;

  std::atomic<bool> closed_{false};
  std::atomic<std::uint32_t> changes_{0};  // futex: raised by open()
  std::mutex mutex_;
  std::vector<unit*> deferred_;  // guarded by mutex_
};

}  // namespace patchbay::scheduler
