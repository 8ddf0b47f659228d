#pragma once
// A package as it comes: who vouches for it, and what it holds. Nothing is read of one before its signature has been.
#include <filesystem>
#include <string>
#include <vector>

#include "port/outcome.hpp"
#include "release/package/keys.hpp"
#include "release/package/manifest.hpp"

namespace patchbay::release {

/// Whose packages may run.
struct package_trust {
  std::vector<public_key> keys;  ///< trusted_keys of patchbay.toml
  bool allow_unsigned = false;   ///< packages and directories that no key of these vouches for
};

/// `lines` as trusted_keys has them. Errors: bad_key.
outcome<package_trust> trust_of(const std::vector<std::string>& lines, bool allow_unsigned);

/// Of what is unpacked. A host would rather refuse a package than fill its disk.
struct package_limits {
  std::uint64_t package = std::uint64_t{512} << 20U;  ///< bytes of NAME-VSN.tar.zst
  std::uint64_t file = std::uint64_t{1} << 30U;       ///< bytes of one file
  std::uint64_t total = std::uint64_t{4} << 30U;      ///< bytes of all files
  std::uint64_t files = 4096;
  std::uint64_t ratio = 100;                              ///< of all files to the package, beyond
  std::uint64_t ratio_begins = std::uint64_t{16} << 20U;  ///< this many bytes
};

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
