#pragma once
// The one translation unit of a plugin that people do not write.
#include <filesystem>
#include <string>

#include "port/outcome.hpp"

namespace patchbay::plugin_tool {

/// Writes the entry for an app file's modules; leaves an equal file alone, so that nothing is compiled again for nothing.
/// Errors: those of read_app; no_modules, wrong_version (the app file's vsn is another), io.
outcome<void> write_entry(const std::filesystem::path& app_file, const std::string& version,
                          const std::filesystem::path& out);

}  // namespace patchbay::plugin_tool
