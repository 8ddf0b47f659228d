#pragma once
// The bounds of the calling thread's stack.
#include <cstdint>

namespace patchbay::port {

/// The lowest address that the calling thread's stack may grow to; 0 where the system does not tell. Thread: any. Costs microseconds.
std::uintptr_t stack_floor() noexcept;

}  // namespace patchbay::port
