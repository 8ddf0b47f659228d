#pragma once
// What an appup entry means for each module of one application, and what it may not mean.
#include <vector>

#include "release/plan/plan.hpp"

namespace patchbay::release {

/// One application on its way from one version to another.
struct application_step {
  const application_view& from;
  const application_view& to;
  direction way;
  const appup_file::entry& entry;

  [[nodiscard]] const application_view& older() const { return way == direction::up ? from : to; }
  [[nodiscard]] const application_view& newer() const { return way == direction::up ? to : from; }
};

/// Every module of both versions: those that the entry names, in its order, then the implied ones in the plugin's.
/// Errors: undef_module, muldef_module, schema_changed, no_code_change, one_way, undef_field, unsupported.
outcome<std::vector<module_plan>> plan_modules(const application_step& step);

/// What `lossy` has to name so that these paths of schema_loss are covered: a field of a container's elements by the container. Without what no
/// field of the state holds.
std::vector<std::string> lossy_names(const std::vector<std::string>& paths);

}  // namespace patchbay::release
