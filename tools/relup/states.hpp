#pragma once
// The states that relup test is given, as files: looked at before any helper runs.
#include <filesystem>
#include <set>
#include <string>

#include "port/outcome.hpp"

namespace relup {

/// Every *.json of the directory is JSON and a state of one of these modules (none: nobody knows them), by its name or by what `patchbay state`
/// wrote in it. Errors: io, bad_json, no_state, undef_module (lists them).
patchbay::outcome<void> check_states(const std::filesystem::path& directory, const std::set<std::string>& modules);

}  // namespace relup
