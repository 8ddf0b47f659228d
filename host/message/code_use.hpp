#pragma once
// Counts what still needs a generation's code: payloads whose destroy lies there, threads that run there.
#include <atomic>
#include <cstdint>

namespace patchbay::message {

/// Raised before the need becomes visible to another thread, lowered after the last use of the code returned.
class code_use {
 public:
  void need() noexcept { needs_.fetch_add(1, std::memory_order_relaxed); }
  // release: what was done with the code happens before the acquire load that lets it go.
  void release() noexcept { needs_.fetch_sub(1, std::memory_order_release); }
  [[nodiscard]] std::int64_t needs() const noexcept { return needs_.load(std::memory_order_acquire); }

 private:
  std::atomic<std::int64_t> needs_{0};
};

}  // namespace patchbay::message
