#pragma once
// Looks for pointers into code that is about to go.
#include <chrono>
#include <cstdint>

#include "port/address_range.hpp"

namespace patchbay::code {

struct scan_limits {
  std::uint64_t bytes = std::uint64_t{256} << 20U;
  std::chrono::milliseconds time{100};
  std::uint64_t largest_mapping = std::uint64_t{1} << 30U;  ///< beyond it lie reservations and sanitizers' shadows
};

/// Counts the aligned words in this process's private writable memory, but for the range itself, that lie inside it. Not its first
/// address: that is what tables of ranges hold. A report, no verdict: freed heap holds such words too.
std::uint64_t count_stale_words(const port::address_range& range, const scan_limits& limits = {});

}  // namespace patchbay::code
