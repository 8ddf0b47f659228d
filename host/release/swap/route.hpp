#pragma once
// How one module's states get from one generation to the other.
#include <string>

#include "code/generation.hpp"
#include "port/outcome.hpp"
#include "process/module.hpp"
#include "release/plan/plan.hpp"

namespace patchbay::release {

/// Decided once for each module, before the freeze. Owns its texts: an abandoned migration thread may read it after the swap is over.
struct route {
  enum class way {
    keep,        ///< the state lies in memory alike: the object goes over as it is
    supervisor,  ///< the state is the host's: init of the new code says what becomes of it
    bytes,       ///< encoded by the old code, decoded by the new
    code_change  ///< through the migration that the newer plugin carries
  };
  way how = way::keep;
  std::string application;
  std::string module;
  std::string to_version;  ///< of the plugin
  bool up = true;
  const process::module* from = nullptr;
  const process::module* to = nullptr;
  const pb_migration* migration = nullptr;  ///< code_change
  // The shapes that a state passes through, as (from's state) -> before -> [code_change] -> after -> (to's state).
  const pb_type* before = nullptr;
  const pb_type* after = nullptr;

  /// `sequence/sequence_server 2.0.0`: the module and the version gone to.
  [[nodiscard]] std::string target() const;
};

/// Errors: undef_module, no_code_change (the planner lets neither through; a library that differs from its facts could).
outcome<route> find_route(const application_plan& application, const module_plan& module, const code::generation& from,
                          const code::generation& to);
/// From one module's code to another's of the same name, without a plan: by the versions of their states. Errors: no_code_change.
outcome<route> find_route(const process::module& from, const process::module& to);

}  // namespace patchbay::release
