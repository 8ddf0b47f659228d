#pragma once
// Files whose failures are values and whose writes survive a power cut.
#include <compare>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

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

/// The file has these bytes or its former ones, whatever happens meanwhile: written beside, synced, renamed, directory synced.
/// Errors: io; then nothing is left beside it.
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
