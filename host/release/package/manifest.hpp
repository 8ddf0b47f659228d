#pragma once
// manifest.json, a package's first entry: which release it is, and the hash of every file.
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "port/outcome.hpp"

namespace patchbay::release {

/// `{"format": 1, "name": "box", "vsn": "1.0.0", "files": {"release.toml": {"size": 80, "sha256": "…"}}}`
struct manifest {
  struct file {
    std::uint64_t size = 0;
    std::string sha256;  ///< 64 hexadecimal digits, small
    bool operator==(const file&) const = default;
  };
  std::string name;
  std::string vsn;
  std::map<std::string, file> files;  ///< by path
  [[nodiscard]] std::string id() const { return name + "-" + vsn; }
};

inline constexpr std::string_view manifest_name = "manifest.json";

/// The same bytes for the same content.
std::string to_text(const manifest& made);
/// Errors: bad_manifest.
outcome<manifest> parse_manifest(std::string_view text);

/// One of a release's files: parts of letters, digits and _ - . + ~ that do not begin with a dot, between single slashes; so it is relative
/// and leads nowhere else.
bool is_plain_path(std::string_view path);
/// One such part: NAME-VSN of a release.
bool is_plain_name(std::string_view name);

}  // namespace patchbay::release
