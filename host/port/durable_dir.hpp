#pragma once
// A directory that appears whole or not at all.
#include <filesystem>

#include "port/outcome.hpp"

namespace patchbay::port {

/// Syncs every file and directory under `prepared`, renames it to `final` (same file system) and syncs the parent: after it
/// returns well, `final` is whole whatever happens; before, it does not exist. Errors: io; `prepared` stays for the caller to remove.
outcome<void> publish_dir(const std::filesystem::path& prepared, const std::filesystem::path& final);

/// The same where `final` is there already: the two exchange their places, so that at no time there is none. What was there is then in
/// `prepared`, the caller's to remove. Errors: io.
outcome<void> exchange_dir(const std::filesystem::path& prepared, const std::filesystem::path& final);

}  // namespace patchbay::port
