#pragma once
// A release directory as files.
#include <filesystem>
#include <map>
#include <string_view>

#include "port/outcome.hpp"

namespace patchbay::release {

/// What a file of a release may have: a hole of some terabytes would otherwise fill the disk before anybody looked at it.
inline constexpr std::uintmax_t largest_file = std::uintmax_t{1} << 30U;

/// Under an unpacked release: the package it came from. No part of the release.
inline constexpr std::string_view origin_name = ".package";

/// Every file and directory (true) under `root` but its origin, relative and in order; links to files count as files.
/// Errors: bad_entry, too_large, io.
outcome<std::map<std::filesystem::path, bool>> tree_of(const std::filesystem::path& root);

}  // namespace patchbay::release
