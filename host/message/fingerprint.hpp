#pragma once
// FNV-1a 64: names equal texts (schemas, layouts) and finds damage in blobs. It is no defence against malice.
#include <cstdint>
#include <string_view>

namespace patchbay::message {

/// http://www.isthe.com/chongo/tech/comp/fnv; `basis` continues an earlier hash. Every step is a bijection of the hash, so that
/// replacing one byte always changes the result.
[[nodiscard]] constexpr std::uint64_t fnv1a_64(std::string_view bytes,
                                               std::uint64_t basis = 0xcbf29ce484222325ull) noexcept {
  for (const char c : bytes) {
    basis ^= static_cast<std::uint8_t>(c);
    basis *= 0x100000001b3ull;
  }
  return basis;
}

}  // namespace patchbay::message
