#pragma once
// FNV-1a 64: how schemas and layouts are told apart.
#include <cstdint>
#include <string_view>

namespace patchbay {

/// FNV-1a 64 of the bytes of a text (Fowler, Noll, Vo).
constexpr std::uint64_t fingerprint(std::string_view text) noexcept {
  std::uint64_t hash = 0xcbf29ce484222325u;
  for (const char c : text) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 0x100000001b3u;
  }
  return hash;
}

}  // namespace patchbay
