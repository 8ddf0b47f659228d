#pragma once
// Who runs as which partition of a PartitionSupervisor, for callers that look one up without asking the supervisor.
#include <cstddef>
#include <map>
#include <shared_mutex>
#include <vector>

#include <patchbay/abi.h>

namespace patchbay::behaviour {

/// Thread: any. Written only by supervisors, each its own entry.
class partition_table {
 public:
  void open(pb_pid supervisor, std::size_t partitions);
  void close(pb_pid supervisor);
  /// 0: does not run.
  void set(pb_pid supervisor, std::size_t partition, pb_pid pid);
  /// How many keys are spread over: at most as many as there are partitions.
  void resize(pb_pid supervisor, std::size_t partitions);

  /// 0: it is no PartitionSupervisor.
  [[nodiscard]] std::size_t size(pb_pid supervisor) const;
  /// 0: it does not run, or there is no such partition.
  [[nodiscard]] pb_pid at(pb_pid supervisor, std::size_t partition) const;

 private:
  struct entry {
    std::size_t used = 0;
    std::vector<pb_pid> pids;
  };
  mutable std::shared_mutex mutex_;
  std::map<pb_pid, entry> entries_;  // guarded by mutex_
};

}  // namespace patchbay::behaviour
