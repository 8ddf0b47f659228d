#pragma once
// A host makes its data directory, or takes one that a host made before.
#include <filesystem>

#include "node/control/data_directory.hpp"
#include "port/outcome.hpp"

namespace patchbay::node {

/// The directory with those in it, each for this user alone; its root is the directory itself where a symbolic link was chosen. Where it is refused
/// nothing was made or changed. Errors: not_a_data_directory (there are files, and none that says that a host made it), no_such_file (`release_dir`,
/// which an empty one would begin with; may be empty), not_private, io.
outcome<data_directory> own_directory(const data_directory& chosen, const std::filesystem::path& release_dir);

}  // namespace patchbay::node
