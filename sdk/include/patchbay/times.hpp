#pragma once
// Times as the ABI has them.
#include <chrono>
#include <cstdint>

#include <patchbay/abi.h>

namespace patchbay {

/// As a time: for ever.
inline constexpr std::chrono::milliseconds infinity = std::chrono::milliseconds::max();

namespace detail {

/// Below 0 is 0.
constexpr std::uint64_t to_ms(std::chrono::milliseconds time) noexcept {
  if (time == infinity) return PB_INFINITY;
  return time.count() > 0 ? static_cast<std::uint64_t>(time.count()) : 0;
}

}  // namespace detail
}  // namespace patchbay
