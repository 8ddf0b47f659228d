#pragma once
// code_change of a library's modules, tried over states in this process.
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "port/outcome.hpp"

namespace probe {

struct rehearsal_request {
  std::string library;  ///< the newer plugin
  std::string from;     ///< the older one; empty: all versions that the newer knows
  std::size_t generate = 100;
  std::uint64_t seed = 1;
  std::vector<std::string> lossy;  ///< `module:field`
  std::string
      states;  ///< a directory of MODULE.json, MODULE-*.json and what `patchbay state --json` printed; empty: none
};

/// One object for each module that has a code_change (from that version): `{module, version, states, findings, text}`. Errors: those of loading, of
/// reading states, schema_changed where `from` has another state than the newer plugin's code_change takes.
patchbay::outcome<nlohmann::json> rehearse(const rehearsal_request& asked);

}  // namespace probe
