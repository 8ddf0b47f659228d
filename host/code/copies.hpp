#pragma once
// The private copies that are mapped instead of the release's own files.
#include <cstdint>
#include <filesystem>
#include <string>

#include "port/outcome.hpp"

namespace patchbay::code {

/// Copies in a directory that only this user may enter: nobody changes what is mapped, and every load is a file of its own to the loader.
/// Those of unloaded generations stay under `by-build-id/`, so that cores and perf still symbolise. Thread: one at a time.
class copies {
 public:
  copies(std::filesystem::path directory, std::uint64_t kept_bytes);

  /// Makes the directory when missing, and moves what an earlier host left there to the kept ones.
  /// Errors: noexec (nothing can be mapped to run from there), not_private, io.
  outcome<void> prepare();
  /// `DIRECTORY/NAME.so`, new. Errors: io.
  outcome<std::filesystem::path> make(const std::filesystem::path& source, const std::string& name);
  /// Puts an unloaded generation's copy aside by its build-id; the oldest kept ones go where all together exceed the limit.
  void keep(const std::filesystem::path& copy, const std::string& build_id);
  /// Removes what is kept under a build-id; false: nothing was.
  bool drop(const std::string& build_id);

 private:
  void keep_leftovers();
  void trim();
  std::filesystem::path directory_;
  std::filesystem::path kept_;
  std::uint64_t kept_bytes_;
  bool prepared_ = false;
};

}  // namespace patchbay::code
