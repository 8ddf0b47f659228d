#pragma once
// A release directory as one file, NAME-VSN.tar.zst.
#include <filesystem>
#include <string>

#include "port/outcome.hpp"
#include "release/package/limits.hpp"
#include "release/package/manifest.hpp"

namespace patchbay::release {

struct packed {
  manifest what;
  std::string bytes;  ///< of the package
};

/// The same bytes for the same files, whenever, wherever and by whomever: manifest.json first, then the files sorted by path; no times,
/// owners or modes of theirs; zstd at one level in one thread (bytes are promised for one version of libarchive and libzstd).
/// Errors: those of read_release, bad_name (what a package cannot hold), bad_entry, too_large (no host would take it), io.
outcome<packed> pack(const std::filesystem::path& release_dir, const package_limits& limits = {});

}  // namespace patchbay::release
