#include "code/stale_words.hpp"

#include <algorithm>
#include <bit>
#include <vector>

#include "port/memory.hpp"

namespace patchbay::code {

std::uint64_t count_stale_words(const port::address_range& range, const scan_limits& limits) {
  const auto mappings = port::read_mappings();
  if (!mappings) return 0;
  const auto until = std::chrono::steady_clock::now() + limits.time;
  const port::memory_reader memory;
  std::vector<std::uintptr_t> buffer(32 * 1024);
  const auto buffer_begin = std::bit_cast<std::uintptr_t>(buffer.data());
  const port::address_range own{buffer_begin, buffer_begin + buffer.size() * sizeof buffer[0]};
  std::uint64_t found = 0;
  std::uint64_t left = limits.bytes;
  for (const auto& each : *mappings) {
    if (!each.readable || !each.writable || each.shared || each.range.overlaps(range)) continue;
    if (each.range.size() > limits.largest_mapping) continue;
    for (auto at = each.range.begin; at < each.range.end;) {
      if (left == 0 || std::chrono::steady_clock::now() > until) return found;
      const auto wanted = std::min<std::uint64_t>({own.size(), each.range.end - at, left});
      const auto got = memory.read(at, buffer.data(), wanted);
      if (got == 0) break;
      for (std::size_t i = 0; i < got / sizeof buffer[0]; ++i) {
        const bool inside = buffer[i] > range.begin && buffer[i] < range.end;
        if (inside && !own.contains(at + i * sizeof buffer[0])) ++found;
      }
      at += got;
      left -= got;
    }
  }
  return found;
}

}  // namespace patchbay::code
