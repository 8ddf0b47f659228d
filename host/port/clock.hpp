#pragma once
// Time that only goes forward.
#include <chrono>
#include <cstdint>

namespace patchbay::port {

/// Nanoseconds of the steady clock; comparable only within one run of the machine. Thread: any.
inline std::int64_t steady_now_ns() noexcept {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

}  // namespace patchbay::port
