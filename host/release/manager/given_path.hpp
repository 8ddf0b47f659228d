#pragma once
// Paths that clients send.
#include <filesystem>

#include "port/outcome.hpp"

namespace patchbay::release {

/// It can be looked for: whole, and a path at all. Errors: badarg.
outcome<void> names_a_directory(const std::filesystem::path& given);

}  // namespace patchbay::release
