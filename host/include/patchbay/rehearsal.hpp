#pragma once
// Runs the code_changes of a module up and down over many states, and says what does not come back.
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <patchbay/abi.h>

#include "port/outcome.hpp"

namespace patchbay {

struct rehearsal_options {
  std::size_t generate = 100;           ///< states of each direction, drawn from the schema
  std::uint64_t seed = 1;               ///< the same seed draws the same states
  std::vector<std::string> lossy = {};  ///< fields that may differ after up and down, as the appup's `lossy` has them
  std::vector<std::string> states_json =
      {};  ///< states of the old version beside the generated ones, as `patchbay state` prints them
};

struct rehearsal_finding {
  std::uint32_t version = 0;             ///< the older state's
  std::string way;                       ///< up, down, round (up and down again), state (it does not fit the schema)
  std::string state;                     ///< JSON, where it was generated the smallest that was found
  std::vector<std::string> differences;  ///< round: `total: 3 became 0`, field by field
  std::string why;                       ///< all others
};

struct rehearsal_report {
  std::size_t states = 0;      ///< that went through code_change
  std::size_t migrations = 0;  ///< older versions that the module can come from or go to
  std::vector<rehearsal_finding> findings;
  [[nodiscard]] bool passed() const noexcept { return findings.empty(); }
};

/// For each migration of the module (`only_version` 0: all): down(up(s)) must be s for every old state s, in canonical form and but for lossy
/// fields; and each new state must go down and up. code_change gets an empty configuration. REQUIRES: the module's entry was called with a host.
/// Errors: bad_schema; opaque where states cannot be written down; no_code_change where the module has no migration (of that version).
outcome<rehearsal_report> rehearse(const pb_module& module, const rehearsal_options& options,
                                   std::uint32_t only_version = 0);

/// What a report says to people; `module` is what it calls the module.
std::string in_words(const rehearsal_report& report, const std::string& module);

}  // namespace patchbay
