#pragma once
// The names of what processes run, kept for ever under small numbers: ps reads them without touching a plugin.
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <tuple>

namespace patchbay::process {

class module;

struct label {
  std::string application;
  std::string module;
  std::string version;
  std::string generation;
};

/// Thread: any. There are as many labels as modules were ever loaded.
class labels {
 public:
  std::uint32_t of(const module& code);
  [[nodiscard]] label get(std::uint32_t id) const;

 private:
  mutable std::mutex mutex_;
  std::map<std::tuple<std::string, std::string, std::string, std::string>, std::uint32_t> ids_;  // guarded by mutex_
  std::deque<label> all_;                                                                        // guarded by mutex_
};

}  // namespace patchbay::process
