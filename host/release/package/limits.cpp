#include "release/package/limits.hpp"

#include <string>

namespace patchbay::release {
namespace {

error too_large(const std::string& what, std::uint64_t limit) {
  return {"too_large", "it holds " + what + ", and a package may have " + std::to_string(limit)};
}

}  // namespace

outcome<void> check_limits(const manifest& what, std::uint64_t package, const package_limits& limits) {
  if (package > limits.package) return too_large(std::to_string(package) + " compressed bytes", limits.package);
  if (what.files.size() > limits.files) return too_large(std::to_string(what.files.size()) + " files", limits.files);
  std::uint64_t total = 0;
  for (const auto& [path, file] : what.files) {
    if (file.size > limits.file) return too_large(path + " of " + std::to_string(file.size) + " bytes", limits.file);
    total += file.size;
    if (total > limits.total) return too_large("more than that many bytes", limits.total);
  }
  if (total > limits.ratio_begins && total / limits.ratio > package) {
    return too_large(std::to_string(total) + " bytes in " + std::to_string(package) + " compressed ones",
                     package * limits.ratio);
  }
  return {};
}

}  // namespace patchbay::release
