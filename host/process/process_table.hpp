#pragma once
// The slab of processes: slots are made once and never unmapped, so that a stale pid is answered, never followed.
#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "process/process.hpp"

namespace patchbay::process {

/// Invariants:
///  - chunks_[i] is set once and read without a lock; slots below made_ exist.
///  - A free slot's mailbox is shut at the generation of its next process. A slot whose generations are used up is never free again.
/// Thread: any.
class process_table {
 public:
  static constexpr std::uint32_t chunk_slots = 4096;
  static constexpr std::uint32_t max_chunks = 4096;  // 16 million processes

  process_table() = default;
  ~process_table();
  process_table(const process_table&) = delete;
  process_table& operator=(const process_table&) = delete;

  /// A free slot with its pid set, mailbox still shut; nullptr: the table is full (system_limit).
  process* allocate();
  /// REQUIRES: the mailbox has been closed and nothing of the process is left.
  void free(process& ended);

  /// The slot of a pid, whoever lives there now; nullptr where no such slot was ever made.
  [[nodiscard]] process* slot(pb_pid pid) const noexcept {
    const auto index = static_cast<std::uint32_t>(pid);
    if (index / chunk_slots >= max_chunks) return nullptr;
    process* chunk = chunks_[index / chunk_slots].load(std::memory_order_acquire);
    return chunk == nullptr ? nullptr : chunk + index % chunk_slots;
  }
  [[nodiscard]] std::uint32_t live() const noexcept { return live_.load(std::memory_order_relaxed); }

  /// Calls look(process&) for every slot that has ever been used.
  template <class Look>
  void each_slot(Look look) const {
    const std::uint32_t made = made_.load(std::memory_order_acquire);
    for (std::uint32_t index = 0; index < made; ++index) {
      look(chunks_[index / chunk_slots].load(std::memory_order_acquire)[index % chunk_slots]);
    }
  }

 private:
  std::array<std::atomic<process*>, max_chunks> chunks_{};
  std::atomic<std::uint32_t> made_{0};
  std::atomic<std::uint32_t> live_{0};
  std::mutex mutex_;
  std::vector<std::uint32_t> free_;  // guarded by mutex_
};

}  // namespace patchbay::process
