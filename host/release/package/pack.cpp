#include "release/package/pack.hpp"

#include <archive.h>
#include <archive_entry.h>

#include <memory>
#include <optional>

#include "port/digest.hpp"
#include "port/files.hpp"
#include "release/package/release_tree.hpp"
#include "release/plan/files.hpp"

namespace patchbay::release {
namespace {

namespace fs = std::filesystem;

constexpr mode_t file_mode = 0644;

class tar_writer {
 public:
  explicit tar_writer(std::string& to) : archive_(archive_write_new(), archive_write_free) {
    archive_write_set_format_pax_restricted(archive_.get());
    archive_write_add_filter_zstd(archive_.get());
    archive_write_set_options(archive_.get(), "zstd:compression-level=9,zstd:threads=1");
    // The last block is not filled up.
    archive_write_set_bytes_in_last_block(archive_.get(), 1);
    check(archive_write_open(archive_.get(), &to, nullptr, append, nullptr));
  }

  void add(const std::string& path, std::string_view bytes) {
    const std::unique_ptr<archive_entry, void (*)(archive_entry*)> entry(archive_entry_new(), archive_entry_free);
    archive_entry_set_pathname(entry.get(), path.c_str());
    archive_entry_set_filetype(entry.get(), AE_IFREG);
    archive_entry_set_perm(entry.get(), file_mode);
    archive_entry_set_size(entry.get(), static_cast<la_int64_t>(bytes.size()));
    archive_entry_set_mtime(entry.get(), 0, 0);
    check(archive_write_header(archive_.get(), entry.get()));
    while (!failed_ && !bytes.empty()) {
      const auto n = archive_write_data(archive_.get(), bytes.data(), bytes.size());
      if (n <= 0) return check(ARCHIVE_FATAL);
      bytes.remove_prefix(static_cast<std::size_t>(n));
    }
  }

  outcome<void> close() {
    check(archive_write_close(archive_.get()));
    if (!failed_) return {};
    const char* why = archive_error_string(archive_.get());
    return error{"io", std::string("cannot make the package: ") + (why == nullptr ? "libarchive says no more" : why)};
  }

 private:
  static la_ssize_t append(archive*, void* to, const void* bytes, size_t size) {
    static_cast<std::string*>(to)->append(static_cast<const char*>(bytes), size);
    return static_cast<la_ssize_t>(size);
  }
  void check(int result) { failed_ = failed_ || result != ARCHIVE_OK; }

  std::unique_ptr<archive, int (*)(archive*)> archive_;
  bool failed_ = false;
};

/// What every host asks of a package; `size` is the package's, once it is known.
outcome<void> fits_in(const manifest& what, const fs::path& release_dir, std::optional<std::uint64_t> size,
                      package_limits limits) {
  if (!size) limits.ratio_begins = limits.total;
  auto fits = check_limits(what, size.value_or(0), limits);
  if (fits && to_text(what).size() > limits.manifest)
    fits = error{"too_large", "the paths of its files take more than the " + std::to_string(limits.manifest) +
                                  " bytes that a manifest may have"};
  if (fits) return {};
  return error{"too_large", release_dir.string() + " makes no package that a host takes: " + fits.failure().text +
                                "; take out what the release does not need"};
}

}  // namespace

outcome<packed> pack(const fs::path& release_dir, const package_limits& limits) {
  const auto view = read_release(release_dir);
  if (!view) return view.failure();
  const auto tree = tree_of(release_dir);
  if (!tree) return tree.failure();
  packed made;
  made.what.name = view->file.name;
  made.what.vsn = view->file.vsn;
  if (!is_plain_name(made.what.id())) {
    return error{"bad_name", "the release in " + release_dir.string() + " is called `" + made.what.id() +
                                 "`; a name and a version are made of letters, digits and _ - . + ~"};
  }
  for (const auto& [relative, directory] : *tree) {
    if (directory) continue;
    const std::string path = relative.generic_string();
    if (!is_plain_path(path) || path == manifest_name) {
      return error{"bad_name",
                   (release_dir / relative).string() +
                       " cannot be packed: files of a package have names of letters, digits and _ - . + ~ "
                       "that do not begin with a dot, and manifest.json is its own; rename it or take it out"};
    }
    const auto sum = port::sha256_of(release_dir / relative);
    if (!sum) return sum.failure();
    std::error_code failed;
    made.what.files[path] = {fs::file_size(release_dir / relative, failed), *sum};
  }
  // Before the work: how small it becomes counts for none of the limits but the last ones.
  if (auto fits = fits_in(made.what, release_dir, std::nullopt, limits); !fits) return fits.failure();
  tar_writer tar(made.bytes);
  tar.add(std::string(manifest_name), to_text(made.what));
  for (const auto& [path, file] : made.what.files) {
    const auto bytes = port::read_file(release_dir / path, largest_file);
    if (!bytes) return bytes.failure();
    port::sha256 sum;
    sum.add(*bytes);
    if (sum.finish() != file.sha256)
      return error{"io", (release_dir / path).string() + " changed while it was packed; pack again"};
    tar.add(path, *bytes);
  }
  if (auto closed = tar.close(); !closed) return closed.failure();
  if (auto fits = fits_in(made.what, release_dir, made.bytes.size(), limits); !fits) return fits.failure();
  return made;
}

}  // namespace patchbay::release
