#pragma once
// Modules that are the host's own: `patchbay/gen_event`. They can be started and stand in child specs as any plugin's can.
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <patchbay/abi.h>

#include "process/module.hpp"
#include "process/process_group.hpp"

namespace patchbay::behaviour {

/// Numbers of the host's own behaviours, in system_options::behaviours: from its end, where no plugin's module has one.
inline constexpr std::uint32_t event_manager_behaviour = 15;

/// One group with a gate of its own, which no swap closes. Outlives the system. Thread: any, once all have been added.
class host_modules {
 public:
  static constexpr std::string_view application = "patchbay";

  host_modules();
  host_modules(const host_modules&) = delete;
  host_modules& operator=(const host_modules&) = delete;

  /// REQUIRES: before the first process. `name` is kept.
  void add(std::string_view name, std::uint32_t behaviour);

  /// `patchbay/NAME`, or NAME of that application as child specs have it, with one need() of the group raised, as spawn_request::find_module wants
  /// it; nullptr where it is none of these.
  [[nodiscard]] const process::module* hold(std::string_view name, std::string_view of = {});

 private:
  struct entry {
    std::string name;
    pb_module table{};
    std::unique_ptr<process::module> module;
  };
  process::process_group group_;
  std::vector<std::unique_ptr<entry>> entries_;
};

}  // namespace patchbay::behaviour
