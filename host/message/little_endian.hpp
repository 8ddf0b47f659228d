#pragma once
// Integers as all binary forms hold them, on any machine.
#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>

namespace patchbay::message {

template <std::integral Integer>
void put_little(std::string& out, Integer value) {
  auto bits = static_cast<std::make_unsigned_t<Integer>>(value);
  for (std::size_t i = 0; i < sizeof(Integer); ++i) {
    out += static_cast<char>(bits & 255u);
    if constexpr (sizeof(Integer) > 1) bits = static_cast<decltype(bits)>(bits >> 8);
  }
}

/// REQUIRES: at.size() >= sizeof(Integer).
template <std::integral Integer>
[[nodiscard]] Integer get_little(std::string_view at) {
  std::make_unsigned_t<Integer> bits = 0;
  for (std::size_t i = sizeof(Integer); i-- > 0;) {
    if constexpr (sizeof(Integer) > 1) bits = static_cast<decltype(bits)>(bits << 8);
    bits = static_cast<decltype(bits)>(bits | static_cast<std::uint8_t>(at[i]));
  }
  return static_cast<Integer>(bits);
}

}  // namespace patchbay::message
