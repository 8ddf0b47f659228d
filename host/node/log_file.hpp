#pragma once
// Where the host's log may be written.
#include <filesystem>
#include <string>

#include "node/control/data_directory.hpp"
#include "port/outcome.hpp"

namespace patchbay::node {

/// The file of `[log] file`, which is relative to the data directory; empty where that is. Errors: bad_value (a file of the data directory's own, which
/// rotating would move away; what is neither a regular file nor a character device: opening a fifo waits for a reader).
outcome<std::filesystem::path> log_file_of(const data_directory& data, const std::string& configured);

}  // namespace patchbay::node
