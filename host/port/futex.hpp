#pragma once
// Waiting on a word of memory.
#include <atomic>
#include <chrono>
#include <cstdint>

namespace patchbay::port {

using steady_time = std::chrono::steady_clock::time_point;

/// Sleeps until woken while `word` holds `expected`, at the latest until `deadline` (steady_time::max(): no limit).
/// May return early; the caller checks its condition again. Thread: any.
void futex_wait(std::atomic<std::uint32_t>& word, std::uint32_t expected, steady_time deadline) noexcept;

/// Wakes up to `count` sleepers. A system call even where nobody sleeps: callers know whether somebody may. Thread: any.
void futex_wake(std::atomic<std::uint32_t>& word, int count) noexcept;

}  // namespace patchbay::port
