#pragma once
// What the scheduler runs: something with a mailbox, whose token one thread holds at a time.
#include <atomic>

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
};

}  // namespace patchbay::scheduler
