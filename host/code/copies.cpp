#include "code/copies.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "code/elf/elf_file.hpp"
#include "port/files.hpp"

namespace patchbay::code {
namespace {

namespace fs = std::filesystem;

/// The regular files of a directory; none where it cannot be read.
std::vector<fs::path> files_in(const fs::path& directory) {
  std::vector<fs::path> files;
  std::error_code failed;
  for (fs::directory_iterator at(directory, failed), end; !failed && at != end; at.increment(failed)) {
    std::error_code ignored;
    if (at->is_regular_file(ignored)) files.push_back(at->path());
  }
  return files;
}

}  // namespace

copies::copies(fs::path directory, std::uint64_t kept_bytes)
    : directory_(std::move(directory)), kept_(directory_ / "by-build-id"), kept_bytes_(kept_bytes) {}

outcome<void> copies::prepare() {
  if (auto made = port::make_private_dir(directory_); !made) return made;
  if (auto made = port::make_private_dir(kept_); !made) return made;
  const auto noexec = port::on_noexec_mount(directory_);
  if (!noexec) return noexec.failure();
  if (*noexec) {
    return error{"noexec", directory_.string() +
                               " lies on a noexec mount, so no plugin can run from there; choose a data directory on a "
                               "mount that allows it"};
  }
  if (!std::exchange(prepared_, true)) keep_leftovers();
  return {};
}

outcome<fs::path> copies::make(const fs::path& source, const std::string& name) {
  fs::path copy = directory_ / (name + ".so");
  if (auto made = port::copy_file(source, copy, 0600); !made) return made.failure();
  return copy;
}

void copies::keep(const fs::path& copy, const std::string& build_id) {
  std::error_code failed;
  if (build_id.empty()) {
    fs::remove(copy, failed);
    return;
  }
  fs::rename(copy, kept_ / (build_id + ".so"), failed);
  if (failed) fs::remove(copy, failed);
  trim();
}

bool copies::drop(const std::string& build_id) {
  std::error_code failed;
  // From a file that anybody may have written.
  const bool sound = build_id.find_first_not_of("0123456789abcdef") == std::string::npos;
  return sound && !build_id.empty() && fs::remove(kept_ / (build_id + ".so"), failed);
}

void copies::keep_leftovers() {
  for (const auto& file : files_in(directory_)) {
    const auto left = elf_file::open(file);
    keep(file, left ? left->build_id() : std::string());
  }
}

void copies::trim() {
  struct aged {
    fs::file_time_type written;
    std::uint64_t size;
    fs::path file;
  };
  std::vector<aged> kept;
  std::uint64_t total = 0;
  for (auto& file : files_in(kept_)) {
    std::error_code failed;
    const auto size = fs::file_size(file, failed);
    const auto written = fs::last_write_time(file, failed);
    if (failed) continue;
    total += size;
    kept.push_back({written, size, std::move(file)});
  }
  std::sort(kept.begin(), kept.end(), [](const aged& a, const aged& b) { return a.written < b.written; });
  for (const auto& oldest : kept) {
    if (total <= kept_bytes_) return;
    std::error_code ignored;
    fs::remove(oldest.file, ignored);
    total -= oldest.size;
  }
}

}  // namespace patchbay::code
