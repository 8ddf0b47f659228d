#pragma once
// Files whose failures are values and whose writes survive a power cut.
#include <compare>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

#include "port/outcome.hpp"

namespace patchbay::port {

/// Which file it is, whatever it is called.
struct file_id {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  auto operator<=>(const file_id&) const = default;
};
/// Errors: io.
outcome<file_id> identify(const std::filesystem::path& file);

/// A regular file's bytes. Errors: io (absent, no regular file, unreadable), too_large (more than `limit` bytes).
outcome<std::string> read_file(const std::filesystem::path& file, std::size_t limit = std::size_t{1} << 30);

/// New bytes of a file, beside it until they are published; removed where they never are. For two files that belong together: prepare both,
/// then publish both.
class file_beside {
 public:
  /// Written and synced. Errors: io (also where the file is there and no regular one: a device, a link or a directory is not replaced).
  static outcome<file_beside> prepare(const std::filesystem::path& file, std::string_view bytes, unsigned mode = 0644);
  file_beside(file_beside&& other) noexcept;
  file_beside& operator=(file_beside&&) = delete;
  ~file_beside();
  /// Renamed over the file, directory synced. Errors: io. REQUIRES: the first call.
  outcome<void> publish();

 private:
  file_beside(std::filesystem::path file, std::string beside) : file_(std::move(file)), beside_(std::move(beside)) {}
  std::filesystem::path file_;
  std::string beside_;  ///< empty: nothing is left to remove
};

/// The file has these bytes or its former ones, whatever happens meanwhile: written beside, synced, renamed, directory synced.
/// Errors: those of file_beside; then nothing is left beside it.
outcome<void> write_file_atomic(const std::filesystem::path& file, std::string_view bytes, unsigned mode = 0644);

/// Copies a regular file's bytes to a new file. Errors: io (`to` exists, `from` is no regular file, disk full); then no `to` is left.
outcome<void> copy_file(const std::filesystem::path& from, const std::filesystem::path& to, unsigned mode = 0600);

/// A directory that only this user may enter; made with its parents, or found so and narrowed to 0700.
/// Errors: io, not_private (it belongs to somebody else).
outcome<void> make_private_dir(const std::filesystem::path& directory);

/// True where the mount that holds it forbids running code from there. Errors: io.
outcome<bool> on_noexec_mount(const std::filesystem::path& path);
/// True where nothing on the mount that holds it can be written. Errors: io.
outcome<bool> on_read_only_mount(const std::filesystem::path& path);

}  // namespace patchbay::port
