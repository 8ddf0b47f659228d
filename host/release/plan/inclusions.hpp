#pragma once
// Included applications: who includes whom, and what that means for the order of a release. Private to this room.
#include <optional>
#include <vector>

#include "release/plan/files.hpp"
#include "release/plan/start_order.hpp"

namespace patchbay::release {

/// Errors: duplicate_include (systools' word), bad_start_phases (a phase that the including application does not have, or phases whose mod is no
/// callback module).
std::optional<error> inclusions_agree(const std::vector<application_view>& applications);

/// What stands before each in the release: what it includes, and what it and those need, but for each other.
std::vector<start_node> start_nodes(const std::vector<application_view>& applications);

}  // namespace patchbay::release
