#pragma once
// Waiting for replies. Private to this room.
#include <cstdint>
#include <vector>

#include "process/parts.hpp"

namespace patchbay::process {

/// False at the deadline, which shifts by the time that a swap held the host's gates closed.
bool wait_for_reply(system::parts& parts, reply_slot& slot, milliseconds timeout);

/// As wait_for_reply where the scheduler has no threads: runs what is ready meanwhile, nested on this stack, and moves the time on where
/// nothing is. False also where no answer can come any more; parts.stuck says why. REQUIRES: by_hand(), its thread.
bool wait_by_hand(system::parts& parts, reply_slot& slot, milliseconds timeout);

/// Keeps the tag of a call or request that is not done; forgets those that are, whenever the list would grow.
void remember(std::vector<std::uint64_t>& tags, const reply_table& replies, std::uint64_t tag);

/// The calling thread's context where it belongs to this scheduler.
inline scheduler::thread_context* thread_of(const scheduler::scheduler& owner) noexcept {
  scheduler::thread_context* self = scheduler::this_thread();
  return self != nullptr && &self->owner() == &owner ? self : nullptr;
}

}  // namespace patchbay::process
