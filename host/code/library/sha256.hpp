#pragma once
// What `sha256sum` says of a library: any bit of it that changed after the build.
#include <string>
#include <string_view>

namespace patchbay::code {

/// SHA-256 (FIPS 180-4) in lower-case hex. Against damage; who wrote the bytes, a signature says.
[[nodiscard]] std::string sha256(std::string_view bytes);

}  // namespace patchbay::code
