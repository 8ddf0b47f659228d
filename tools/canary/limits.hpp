#pragma once
// What a canary may take of its machine.
#include <cstdint>

namespace canary {

/// It must never be in the host's way: nice 10, SCHED_BATCH, first for the out-of-memory killer, no core file. What the system refuses is left.
void step_back() noexcept;

/// `bytes` of memory at most; 0, or under a sanitizer, whose shadow counts too: no limit.
void limit_memory(std::uint64_t bytes) noexcept;

}  // namespace canary
