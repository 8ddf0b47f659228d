#pragma once
// What the scheduler runs: something with a mailbox, whose token one thread holds at a time.
#include <atomic>
#include <cstdint>

#include "mailbox/mailbox.hpp"

namespace patchbay::scheduler {

class gate;

/// Lives in memory that is never unmapped. Knows nothing of behaviours.
class unit {
 public:
  mailbox::mailbox inbox;
  unit* next_run = nullptr;  // guarded by the run queue that holds it
  // seq_cst, see gate.hpp: who reads it after having published `running` must not see a gate older than the last freeze it missed.
  std::atomic<gate*> door{nullptr};

  // What the watcher of its gate keeps of it (entry_watch.hpp): changed in entered(), under the token; otherwise by the watcher alone, under the
  // token, while the gate is closed, or once the watch is over.
  void* watched_as = nullptr;

  // Drain (gate.hpp): who goes on behind a draining gate.
  std::atomic<std::uint32_t> awaited{0};  // requests that must be answered so that something behind a gate can end
  std::atomic<bool> in_flight{
      false};  // has begun what spans several runs (a coroutine handler); changed under the token
  [[nodiscard]] bool drains() const noexcept {
    return in_flight.load(std::memory_order_seq_cst) || awaited.load(std::memory_order_seq_cst) != 0;
  }
};

}  // namespace patchbay::scheduler
