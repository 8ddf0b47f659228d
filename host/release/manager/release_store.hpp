#pragma once
// The unpacked releases of a data directory, as files: DATA/releases/NAME-VSN/.
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "port/outcome.hpp"
#include "release/plan/files.hpp"

namespace patchbay::release {

/// What unpack did.
struct unpacked {
  std::string id;
  bool already = false;  ///< the same files were there
};

/// Nothing is ever half visible: a release directory is prepared beside, checked, synced and renamed.
/// Thread: one at a time (the release manager sees to it).
class release_store {
 public:
  /// REQUIRES: the directory exists. Removes what an interrupted unpack or remove left.
  explicit release_store(std::filesystem::path directory);

  /// Copies a release directory in, checked by read_release before and after. Errors: those of read_release, existing_release (the
  /// same id with other files; names the first difference), bad_name, bad_entry (neither file nor directory), too_large (a file of more than
  /// 1 GiB), io.
  outcome<unpacked> unpack(const std::filesystem::path& source);

  /// Errors: no_such_release, those of read_release.
  [[nodiscard]] outcome<release_view> open(std::string_view id) const;
  [[nodiscard]] bool has(std::string_view id) const;

  /// Removes a release's files. Errors: io; then the release is gone for open, and what is left goes at the next start.
  outcome<void> remove(std::string_view id);

  /// Where a release lies, or would.
  [[nodiscard]] std::filesystem::path path_of(std::string_view id) const;

 private:
  std::filesystem::path directory_;
};

/// The first file by which two directories differ, in words; empty where they are equal. Errors: io.
outcome<std::string> first_file_difference(const std::filesystem::path& a, const std::filesystem::path& b);

}  // namespace patchbay::release
