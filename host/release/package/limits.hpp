#pragma once
// How much a package may hold.
#include <cstdint>

#include "port/outcome.hpp"
#include "release/package/manifest.hpp"

namespace patchbay::release {

/// Of what is unpacked. A host would rather refuse a package than fill its disk.
struct package_limits {
  std::uint64_t package = std::uint64_t{512} << 20U;  ///< bytes of NAME-VSN.tar.zst
  std::uint64_t file = std::uint64_t{1} << 30U;       ///< bytes of one file
  std::uint64_t total = std::uint64_t{4} << 30U;      ///< bytes of all files
  std::uint64_t files = 4096;
  std::uint64_t manifest = std::uint64_t{4} << 20U;       ///< bytes of manifest.json
  std::uint64_t ratio = 100;                              ///< of all files to the package, beyond
  std::uint64_t ratio_begins = std::uint64_t{16} << 20U;  ///< this many bytes
};

/// `package` is how many bytes NAME-VSN.tar.zst has. Errors: too_large.
outcome<void> check_limits(const manifest& what, std::uint64_t package, const package_limits& limits);

}  // namespace patchbay::release
