// Packages, their manifests, signatures and keys.
#include "input.hpp"
#include "release/package/keys.hpp"
#include "release/package/limits.hpp"
#include "release/package/manifest.hpp"
#include "release/package/signature.hpp"
#include "release/package/tar_reader.hpp"
#include "release/package/unpack.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace patchbay;
  const auto bytes = fuzz::text_of(data, size);
  release::package_limits limits;
  limits.file = limits.total = std::uint64_t{4} << 20U;
  limits.manifest = 1U << 16U;
  (void)release::read_manifest(bytes, limits);
  release::tar_reader reader(bytes);
  for (int entries = 0; entries < 64; ++entries) {
    const auto path = reader.next();
    if (!path || !*path) break;
    fuzz::check(release::is_plain_path(**path));
    if (!reader.read(1U << 16U, [](std::string_view) { return outcome<void>(); })) break;
  }
  if (const auto made = release::parse_manifest(bytes)) {
    const auto again = release::parse_manifest(release::to_text(*made));
    fuzz::check(again.ok() && again->id() == made->id() && again->files.size() == made->files.size());
  }
  if (const auto made = release::parse_signature(bytes))
    fuzz::check(release::parse_signature(release::to_text(*made)).ok());
  (void)release::parse_public_key(bytes);
  (void)release::needs_password(bytes);
  return 0;
}
