#pragma once
// Local names.
#include <mutex>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include <patchbay/abi.h>

namespace patchbay::process {

/// A name belongs to one process; a process has at most one. Thread: any.
class names {
 public:
  static constexpr std::size_t max_length = 255;

  /// 0: registered. Otherwise the pid that has the name.
  pb_pid add(std::string_view name, pb_pid pid);
  /// Only where it is that process's.
  bool remove(std::string_view name, pb_pid pid);
  [[nodiscard]] pb_pid find(std::string_view name) const;
  [[nodiscard]] std::vector<std::pair<std::string, pb_pid>> all() const;

 private:
  struct hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const noexcept { return std::hash<std::string_view>{}(text); }
  };
  mutable std::shared_mutex mutex_;
  std::unordered_map<std::string, pb_pid, hash, std::equal_to<>> pids_;  // guarded by mutex_
};

}  // namespace patchbay::process
