#pragma once
// Hints to the processor.

namespace patchbay::port {

/// In a loop that waits for another core.
inline void cpu_relax() noexcept {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

}  // namespace patchbay::port
