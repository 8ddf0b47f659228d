#pragma once
// relup appup: the drafts of appups, printed or written.
#include <filesystem>
#include <string>

#include <nlohmann/json.hpp>

#include "port/outcome.hpp"
#include "release/plan/files.hpp"

namespace relup {

using nlohmann::json;

struct appup_request {
  std::string application;    ///< empty: each that changes
  std::filesystem::path out;  ///< empty: none is written
  bool force = false;         ///< write over what is there
};

/// `{appups: [{application, vsn, from, complete, notes: [{module, to_do, lines}], toml}], text}`, and `file` where one was written.
/// Errors: draft_appups', badarg (several appups for one file, or it is there), io.
patchbay::outcome<json> appups(const patchbay::release::release_view& from, const patchbay::release::release_view& to,
                               const appup_request& asked);

}  // namespace relup
