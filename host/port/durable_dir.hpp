#pragma once
// A directory that appears whole or not at all.
#include <filesystem>

#include "port/outcome.hpp"

namespace patchbay::port {

/// Syncs every file and directory under `prepared`, renames it to `final` (same file system) and syncs the parent: after it
/// returns well, `final` is whole whatever happens; before, it does not exist. Errors: io; `prepared` stays for the caller to remove.
outcome<void> publish_dir(const std::filesystem::path& prepared, const std::filesystem::path& final);

}  // namespace patchbay::port
