#include "process/process_table.hpp"

namespace patchbay::process {
namespace {

pb_pid join(std::uint32_t generation, std::uint32_t index) noexcept {
  return (static_cast<std::uint64_t>(generation) << 32) | index;
}

}  // namespace

process_table::~process_table() {
  for (auto& chunk : chunks_) delete[] chunk.load();
}

process* process_table::allocate() {
  std::uint32_t index = 0;
  process* found = nullptr;
  {
    const std::lock_guard lock(mutex_);
    if (!free_.empty()) {
      index = free_.back();
      free_.pop_back();
    } else {
      index = made_.load(std::memory_order_relaxed);
      if (index == chunk_slots * max_chunks) return nullptr;
      auto& chunk = chunks_[index / chunk_slots];
      if (chunk.load(std::memory_order_relaxed) == nullptr)
        chunk.store(new process[chunk_slots], std::memory_order_release);
      made_.store(index + 1, std::memory_order_release);
    }
    found = chunks_[index / chunk_slots].load(std::memory_order_relaxed) + index % chunk_slots;
  }
  found->pid_.store(join(found->inbox.generation(), index), std::memory_order_relaxed);
  live_.fetch_add(1, std::memory_order_relaxed);
  return found;
}

void process_table::free(process& ended) {
  const auto index = static_cast<std::uint32_t>(ended.pid());
  live_.fetch_sub(1, std::memory_order_relaxed);
  // Generation 0 is what comes after the last: the slot is retired, so that no pid ever means two processes.
  if (ended.inbox.generation() == 0) return;
  const std::lock_guard lock(mutex_);
  free_.push_back(index);
}

}  // namespace patchbay::process
