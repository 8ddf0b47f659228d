#pragma once
// A stretch of this process's addresses.
#include <cstdint>

namespace patchbay::port {

/// [begin, end). Empty where both are equal.
struct address_range {
  std::uintptr_t begin = 0;
  std::uintptr_t end = 0;
  [[nodiscard]] bool contains(std::uintptr_t address) const noexcept { return address >= begin && address < end; }
  [[nodiscard]] bool overlaps(const address_range& other) const noexcept {
    return begin < other.end && other.begin < end;
  }
  [[nodiscard]] std::uintptr_t size() const noexcept { return end - begin; }
  bool operator==(const address_range&) const = default;
};

}  // namespace patchbay::port
