#pragma once
// relup test: code_change up and down over states, in a helper process.
#include <cstdint>
#include <filesystem>
#include <string>

#include <nlohmann/json.hpp>

#include "port/outcome.hpp"

namespace relup {

using nlohmann::json;

struct rehearsal_request {
  std::filesystem::path
      from;  ///< a plugin, or an unpacked release; empty: each version that `to`, a plugin, has a code_change for
  std::filesystem::path to;      ///< the newer one, of the same kind
  std::filesystem::path states;  ///< a directory of MODULE.json; empty: none
  std::size_t generate = 100;    ///< states of each kind for each module
  std::uint64_t seed = 1;
};

/// `[{module, states, findings, text}]`, one for each module whose state's version differs. Errors: the planner's, the probe's, nothing_to_test where `from`
/// is given, those of check_states, bad_argument where one is a file and the other a directory.
patchbay::outcome<json> rehearse(const rehearsal_request& asked);

std::string rehearsal_in_words(const json& modules);
[[nodiscard]] bool rehearsal_passed(const json& modules);

}  // namespace relup
