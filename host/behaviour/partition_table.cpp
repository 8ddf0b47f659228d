#include "behaviour/partition_table.hpp"

#include <mutex>

namespace patchbay::behaviour {

void partition_table::open(pb_pid supervisor, std::size_t partitions) {
  const std::lock_guard lock(mutex_);
  entries_[supervisor] = {partitions, std::vector<pb_pid>(partitions, 0)};
}

void partition_table::close(pb_pid supervisor) {
  const std::lock_guard lock(mutex_);
  entries_.erase(supervisor);
}

void partition_table::set(pb_pid supervisor, std::size_t partition, pb_pid pid) {
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(supervisor);
  if (found == entries_.end()) return;
  auto& pids = found->second.pids;
  if (partition >= pids.size()) pids.resize(partition + 1, 0);
  pids[partition] = pid;
}

void partition_table::resize(pb_pid supervisor, std::size_t partitions) {
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(supervisor);
  if (found != entries_.end()) found->second.used = partitions;
}

std::size_t partition_table::size(pb_pid supervisor) const {
  const std::shared_lock lock(mutex_);
  const auto found = entries_.find(supervisor);
  return found == entries_.end() ? 0 : found->second.used;
}

pb_pid partition_table::at(pb_pid supervisor, std::size_t partition) const {
  const std::shared_lock lock(mutex_);
  const auto found = entries_.find(supervisor);
  return found == entries_.end() || partition >= found->second.pids.size() ? 0 : found->second.pids[partition];
}

}  // namespace patchbay::behaviour
