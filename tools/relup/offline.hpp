#pragma once
// What relup can tell without a host: from the ledger and from release directories.
#include <filesystem>
#include <string>

#include <nlohmann/json.hpp>

#include "node/control/data_directory.hpp"
#include "port/outcome.hpp"

namespace relup {

using nlohmann::json;

/// The ledger's releases, as the host's `which` answers them. Errors: no_host (there is no ledger either), the ledger's.
patchbay::outcome<json> which(const patchbay::node::data_directory& data);

/// As the host's `plan` answers. The data directory need not exist: a patchbay.toml there says which libraries plugins may need.
/// Errors: the planner's, and what code::verify says against a library.
patchbay::outcome<json> plan_between(const patchbay::node::data_directory& data, const std::filesystem::path& from,
                                     const std::filesystem::path& to);

/// From the permanent release of a data directory to another one unpacked there. What came from a package is compared with that, and the text ends
/// with what no trusted key vouches for. Errors: no_host (there is no ledger), no_such_release, ambiguous_release, altered, those of open_package
/// and of plan_between.
patchbay::outcome<json> plan_to(const patchbay::node::data_directory& data, const std::string& wanted);

}  // namespace relup
