#pragma once
// A tar.zst in memory, entry by entry, over libarchive; no other filter or format is tried.
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "port/outcome.hpp"

struct archive;

namespace patchbay::release {

class tar_reader {
 public:
  /// REQUIRES: the bytes outlive it.
  explicit tar_reader(std::string_view bytes);

  /// The next entry's path; nullopt: there is none. Errors: bad_package; bad_entry (no regular file), bad_name (is_plain_path).
  outcome<std::optional<std::string>> next();
  /// The entry's bytes, piece by piece. Errors: bad_package, altered (more than `size`), those of `take`.
  outcome<void> read(std::uint64_t size, const std::function<outcome<void>(std::string_view)>& take);

 private:
  [[nodiscard]] error damaged() const;
  std::unique_ptr<archive, int (*)(archive*)> archive_;
  bool opened_ = false;
  std::string path_;
};

}  // namespace patchbay::release
