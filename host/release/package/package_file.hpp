#pragma once
// A package as it comes: who vouches for it, and what it holds. Nothing is read of one before its signature has been.
#include <filesystem>
#include <string>
#include <vector>

#include "port/outcome.hpp"
#include "release/package/keys.hpp"
#include "release/package/limits.hpp"
#include "release/package/manifest.hpp"

namespace patchbay::release {

/// Whose packages may run.
struct package_trust {
  std::vector<public_key> keys;  ///< trusted_keys of patchbay.toml
  bool allow_unsigned = false;   ///< packages and directories that no key of these vouches for
};

/// `lines` as trusted_keys has them. Errors: bad_key.
outcome<package_trust> trust_of(const std::vector<std::string>& lines, bool allow_unsigned);

struct package_file {
  std::string bytes;
  std::string signature;  ///< text of the .minisig; empty: there is none
  bool trusted = false;   ///< signed by a key that is trusted
  manifest what;
};

/// Reads FILE.tar.zst and its signature (empty: FILE.tar.zst.minisig, if it is there). Errors: io, too_large, unsigned, bad_signature, untrusted
/// (the last three only where unsigned packages are not allowed, and bad_signature always), altered, bad_package, bad_manifest, wrong_name (the file is
/// called otherwise than what it holds: a signed older package could pass for a newer one).
outcome<package_file> open_package(const std::filesystem::path& file, const std::filesystem::path& signature,
                                   const package_trust& trust, const package_limits& limits = {});

/// Is it a package by its name? NAME-VSN.tar.zst
bool is_package_name(const std::filesystem::path& file);
std::filesystem::path package_name(const manifest& of);

}  // namespace patchbay::release
