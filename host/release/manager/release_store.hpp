#pragma once
// The unpacked releases of a data directory, as files: DATA/releases/NAME-VSN/.
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "port/outcome.hpp"
#include "release/package/package_file.hpp"
#include "release/plan/libraries.hpp"

namespace patchbay::release {

/// What unpack did.
struct unpacked {
  std::string id;
  bool already = false;  ///< the same files were there
};

/// A release directory, or a package: NAME-VSN.tar.zst.
struct release_source {
  std::filesystem::path path;
  std::filesystem::path signature = {};  ///< empty: the package's own path and `.minisig`
};

/// Which release it is, as `trust` lets it be read; only name and version are set. Errors: those of release_store::unpack, as far as they show
/// without unpacking.
outcome<release_file> look(const release_source& source, const package_trust& trust);

/// Nothing is ever half visible: a release directory is prepared beside, checked, synced and renamed.
/// Thread: one at a time (the release manager sees to it).
class release_store {
 public:
  /// REQUIRES: the directory exists. Removes what an interrupted unpack or remove left.
  release_store(std::filesystem::path directory, package_trust trust);

  [[nodiscard]] outcome<release_file> look(const release_source& source) const { return release::look(source, trust_); }
  /// Copies a release directory or what a package holds in, with the package, checked by read_release before and after. Errors: those of read_release, existing_release (the
  /// same id with other files; names the first difference), bad_name, bad_entry (neither file nor directory), too_large (a file of more than
  /// 1 GiB), unsigned (a directory, or a package without a signature, where that is not allowed), those of open_package, extract and `check`
  /// (of each library; empty: none), io.
  outcome<unpacked> unpack(const release_source& source, const library_check& check = {});

  /// Asks again what vouches for it, by the keys that are trusted now, and whether the files are as they were packed. Errors:
  /// no_such_release, unsigned, altered, those of open_package and read_release.
  [[nodiscard]] outcome<release_view> open(std::string_view id) const;
  [[nodiscard]] bool allows_unsigned() const noexcept { return trust_.allow_unsigned; }
  [[nodiscard]] bool has(std::string_view id) const;

  /// Removes a release's files. Errors: io; then the release is gone for open, and what is left goes at the next start.
  outcome<void> remove(std::string_view id);

  /// Where a release lies, or would.
  [[nodiscard]] std::filesystem::path path_of(std::string_view id) const;

 private:
  [[nodiscard]] outcome<void> prepare(const release_source& source, const std::filesystem::path& beside) const;
  outcome<unpacked> unpack_beside(const release_source& source, const std::string& id,
                                  const std::filesystem::path& beside, const library_check& check);
  std::filesystem::path directory_;
  package_trust trust_;
};

/// The first file by which two directories differ, in words; empty where they are equal. Errors: io.
outcome<std::string> first_file_difference(const std::filesystem::path& a, const std::filesystem::path& b);

}  // namespace patchbay::release
