#pragma once
// Who goes first on a busy machine.

namespace patchbay::port {

/// The calling thread gives way to all others from now on: nice 10, SCHED_BATCH. Not to be undone without privileges, so for threads that end with
/// their work. Where the system refuses, nothing changes.
void lower_thread_priority() noexcept;

}  // namespace patchbay::port
