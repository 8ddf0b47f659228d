#pragma once
// The names of what processes run, under small numbers: ps reads them without touching a plugin.
#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <string>

namespace patchbay::process {

class module;

struct label {
  std::string application;
  std::string module;
  std::string version;
  std::string generation;
};

/// Thread: any. However often a module is loaded, at most `kept` of its labels exist: a number is given again after so many more
/// generations, and no more than six can live at a time (code::code_server).
class labels {
 public:
  static constexpr std::size_t kept = 16;

  std::uint32_t of(const module& code);
  [[nodiscard]] label get(std::uint32_t id) const;

 private:
  struct ring {
    std::array<std::uint32_t, kept> ids{};
    std::size_t given = 0;  // the newest is at (given - 1) % kept
  };
  using by_module = std::map<std::string, ring, std::less<>>;

  mutable std::mutex mutex_;
  std::map<std::string, by_module, std::less<>> by_application_;  // guarded by mutex_
  std::deque<label> all_;                                         // guarded by mutex_
};

}  // namespace patchbay::process
