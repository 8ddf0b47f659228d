#pragma once
// What a package holds, into a directory; whoever made it.
#include <filesystem>
#include <string_view>

#include "port/outcome.hpp"
#include "release/package/manifest.hpp"
#include "release/package/package_file.hpp"

namespace patchbay::release {

/// The first entry, checked against the limits. Errors: bad_package (no tar.zst, or one that `relup pack` does not make), bad_manifest,
/// too_large.
outcome<manifest> read_manifest(std::string_view package, const package_limits& limits);

/// Writes the files of the manifest, which must be all there is, to a new directory `to`. Only regular files, each once, under plain paths,
/// of the size and hash that the manifest says; nothing is written elsewhere. It is not synced (publish_dir does that).
/// Errors: bad_package, bad_manifest, bad_name (a path that is absolute, leads elsewhere or is not plain), bad_entry (a link, a device, a
/// directory), duplicate, unknown_file, missing_file, altered (size or hash), too_large, io; then `to` holds some files, for the caller to remove.
outcome<manifest> extract(std::string_view package, const std::filesystem::path& to, const package_limits& limits);

/// The files under `root` are those of the manifest, byte for byte. Errors: altered, io, those of tree_of.
outcome<void> verify_files(const std::filesystem::path& root, const manifest& what);

}  // namespace patchbay::release
