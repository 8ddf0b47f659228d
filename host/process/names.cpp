#include "process/names.hpp"

#include <algorithm>

namespace patchbay::process {

pb_pid names::add(std::string_view name, pb_pid pid) {
  const std::unique_lock lock(mutex_);
  const auto [it, added] = pids_.try_emplace(std::string(name), pid);
  return added ? 0 : it->second;
}

bool names::remove(std::string_view name, pb_pid pid) {
  const std::unique_lock lock(mutex_);
  const auto it = pids_.find(name);
  if (it == pids_.end() || it->second != pid) return false;
  pids_.erase(it);
  return true;
}

pb_pid names::find(std::string_view name) const {
  const std::shared_lock lock(mutex_);
  const auto it = pids_.find(name);
  return it == pids_.end() ? 0 : it->second;
}

std::vector<std::pair<std::string, pb_pid>> names::all() const {
  std::vector<std::pair<std::string, pb_pid>> list;
  {
    const std::shared_lock lock(mutex_);
    list.assign(pids_.begin(), pids_.end());
  }
  std::sort(list.begin(), list.end());
  return list;
}

}  // namespace patchbay::process
