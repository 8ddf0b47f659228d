#pragma once
// Stops a set of units from starting handlers, without stopping anybody else.
#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <vector>

#include "scheduler/unit.hpp"

namespace patchbay::scheduler {

class entry_watcher;

/// A closed gate keeps units behind it from starting a handler; those that come meanwhile are put aside and run when it opens.
///
/// The proof of the freeze. All four operations, and every access to unit::door, are seq_cst, so they lie in one total order S:
///   a runner:    running := unit;   then loads the unit's door and that gate's closed; closed: running := none, and it defers
///   the freezer: closed := true;    then loads every thread's running until none is behind a closed gate
/// If the freezer's load misses the runner's store, that store is later in S, so the runner's load of closed is later still and sees true
/// (or a later opening, with all that the freezer did before it). Both cannot miss.
/// A thread that already runs a unit behind a closed gate may enter further ones inline: the freezer waits for that thread anyway,
/// and what it began can end.
///
/// Draining comes before closing where something is in flight: a unit that has begun what spans several runs (a coroutine handler) and now
/// sleeps, held by no thread. A freeze that met it half done could not switch its code, so it is let end first:
///  - a draining gate bars every unit but those that drain (unit::drains): the ones in flight, and the ones whose answer is awaited by
///    something in flight or by a handler that blocks its thread. Each such one handles its mail in order, so what is awaited is reached.
///  - flights_ is raised before the unit's thread withdraws its `running`, so a freezer that found nobody running sees it.
///  - A unit may come to drain after it was put aside: whoever raises `awaited` then calls recall(). The list and its check are under one
///    lock: either defer() sees the raised count and puts nothing aside, or recall() finds the unit.
///  - It ends: mail from barred units stops, so the mail ahead of each awaited request is finite. What waits for a barred unit's cast does not
///    end; the freezer gives up at its deadline and names it.
class gate {
 public:
  [[nodiscard]] bool closed() const noexcept { return now() == mode::closed; }
  [[nodiscard]] bool shut() const noexcept { return now() != mode::open; }
  /// Open, and nobody wants to be told of entries: one load on the way of each message.
  [[nodiscard]] bool at_rest() const noexcept { return word_.load(std::memory_order_seq_cst) == 0; }
  /// True: the unit may not start now.
  [[nodiscard]] bool bars(const unit& candidate) const noexcept {
    const mode seen = now();
    return seen != mode::open && (seen == mode::closed || !candidate.drains());
  }
  /// Told of each entry behind this gate (entry_watch.hpp); nullptr: nobody is.
  [[nodiscard]] entry_watcher* watcher() const noexcept { return watcher_.load(std::memory_order_seq_cst); }

  /// Puts a unit aside, whose token counts as queued. False where the gate does not bar it (any more): run it instead.
  bool defer(unit& held);
  /// Takes a unit that drains now out of those put aside. True: the caller submits it.
  bool recall(unit& held);

  /// One more, one less unit in flight. Thread: the holder of its token.
  void begin_flight(unit& held) noexcept;
  void end_flight(unit& held) noexcept;
  [[nodiscard]] std::uint32_t flights() const noexcept { return flights_.load(std::memory_order_seq_cst); }

  /// Sleeps while the gate is closed. Thread: one that runs nothing behind it.
  void wait_open();

 private:
  friend class freezer;
  friend class quarantine;
  friend class entry_watch;
  enum class mode : std::uint32_t { open, draining, closed };
  static constexpr std::uint32_t mode_bits = 3;
  static constexpr std::uint32_t watched = 4;
  [[nodiscard]] mode now() const noexcept {
    return static_cast<mode>(word_.load(std::memory_order_seq_cst) & mode_bits);
  }
  // Who freezes and who watches is one thread at a time, or two that do not overlap: a load and a store are enough.
  void set(mode next) noexcept {
    word_.store((word_.load(std::memory_order_relaxed) & watched) | static_cast<std::uint32_t>(next),
                std::memory_order_seq_cst);
  }
  void watch(entry_watcher* who) noexcept;
  /// To open or draining; what was put aside comes back.
  std::vector<unit*> admit(mode next);
  void close() noexcept;
  /// Sleeps until nothing is in flight, or until the deadline.
  void wait_landed(std::chrono::steady_clock::time_point deadline) noexcept;

  std::atomic<std::uint32_t> word_{0};  // mode, and whether it is watched
  std::atomic<entry_watcher*> watcher_{nullptr};
  std::atomic<std::uint32_t> changes_{0};  // futex: raised by admit()
  std::atomic<std::uint32_t> flights_{0};  // futex: woken at 0
  std::mutex mutex_;
  std::vector<unit*> deferred_;  // guarded by mutex_
};

}  // namespace patchbay::scheduler
