#pragma once
// Generations that were loaded for a swap and have not served yet.
#include <chrono>
#include <string>
#include <vector>

#include "release/manager/manager.hpp"

namespace patchbay::release {

/// Unloads in its destructor what was not handed over. Thread: one.
class release_manager::newcomers {
 public:
  explicit newcomers(const manager_rooms& rooms) : rooms_(&rooms) {}
  newcomers(const newcomers&) = delete;
  newcomers& operator=(const newcomers&) = delete;
  ~newcomers() { static_cast<void>(unload()); }

  /// Errors: the code server's. `rebuild`: code::load_request.
  outcome<code::generation*> load(const application_view& application, const std::string& rebuild = {});
  /// Nothing of an unchanged application is loaded now, but the next start will load it from the new release: its library must be the one
  /// that the plan speaks of. Errors: those of code_server::examine.
  [[nodiscard]] outcome<void> examine(const plan& planned, const release_view& next) const;
  /// They serve now, and are no longer this object's.
  void hand_over() noexcept { loaded_.clear(); }
  /// Newest first.
  std::vector<code::purge_report> unload();
  [[nodiscard]] const std::vector<code::generation*>& all() const noexcept { return loaded_; }

 private:
  const manager_rooms* rooms_;
  std::vector<code::generation*> loaded_;
};

/// A failure, and what its libraries, loaded in vain, are still held by.
error with_pins(error failure, const std::vector<code::purge_report>& reports);

}  // namespace patchbay::release
