#include "release/package/tar_reader.hpp"

#include <archive.h>
#include <archive_entry.h>

#include <array>

#include "port/text.hpp"
#include "release/package/manifest.hpp"

namespace patchbay::release {

tar_reader::tar_reader(std::string_view bytes) : archive_(archive_read_new(), archive_read_free) {
  opened_ = archive_read_support_filter_zstd(archive_.get()) == ARCHIVE_OK &&
            archive_read_support_format_tar(archive_.get()) == ARCHIVE_OK &&
            archive_read_open_memory(archive_.get(), bytes.data(), bytes.size()) == ARCHIVE_OK;
}

error tar_reader::damaged() const {
  const char* why = archive_error_string(archive_.get());
  return {"bad_package", std::string("it is no package that `relup pack` made") +
                             (why == nullptr ? "" : std::string(" (") + why + ")") + "; get it again"};
}

outcome<std::optional<std::string>> tar_reader::next() {
  if (!opened_) return damaged();
  archive_entry* entry = nullptr;
  const int result = archive_read_next_header(archive_.get(), &entry);
  if (result == ARCHIVE_EOF) return std::optional<std::string>();
  if (result != ARCHIVE_OK) return damaged();
  const char* path = archive_entry_pathname(entry);
  path_ = path == nullptr ? "" : path;
  const bool link = archive_entry_hardlink(entry) != nullptr || archive_entry_symlink(entry) != nullptr;
  if (archive_entry_filetype(entry) != AE_IFREG || link) {
    return error{"bad_entry", "its entry " + port::shortened(path_) + " is " + (link ? "a link" : "no regular file") +
                                  "; a package holds nothing but files"};
  }
  if (!is_plain_path(path_)) {
    return error{"bad_name", "its entry `" + port::shortened(path_) +
                                 "` has no plain path inside the release; get the package from where it was made"};
  }
  return std::optional(path_);
}

outcome<void> tar_reader::read(std::uint64_t size, const std::function<outcome<void>(std::string_view)>& take) {
  std::array<char, 64 * 1024> buffer{};
  std::uint64_t total = 0;
  for (;;) {
    const auto n = archive_read_data(archive_.get(), buffer.data(), buffer.size());
    if (n < 0) return damaged();
    if (n == 0) return {};
    total += static_cast<std::uint64_t>(n);
    if (total > size)
      return error{"altered", path_ + " is larger than the " + std::to_string(size) + " bytes it should have"};
    if (auto taken = take({buffer.data(), static_cast<std::size_t>(n)}); !taken) return taken;
  }
}

}  // namespace patchbay::release
