#include "message/text_bytes.hpp"

#include <cstdint>

namespace patchbay::message {
namespace {

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

std::uint32_t byte(char c) { return static_cast<std::uint8_t>(c); }

}  // namespace

bool is_utf8(std::string_view bytes) noexcept {
  std::size_t i = 0;
  while (i < bytes.size()) {
    const std::uint32_t lead = byte(bytes[i]);
    if (lead < 0x80) {
      ++i;
      continue;
    }
    const std::size_t tail = lead >= 0xf0 ? 3 : lead >= 0xe0 ? 2 : 1;
    if (lead < 0xc2 || lead > 0xf4 || bytes.size() - i <= tail) return false;
    std::uint32_t point = lead & (0x3fu >> tail);
    for (std::size_t k = 1; k <= tail; ++k) {
      const std::uint32_t next = byte(bytes[i + k]);
      if ((next & 0xc0u) != 0x80) return false;
      point = (point << 6) | (next & 0x3fu);
    }
    constexpr std::uint32_t smallest[] = {0, 0x80, 0x800, 0x10000};
    if (point < smallest[tail] || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff)) return false;
    i += tail + 1;
  }
  return true;
}

std::string to_base64(std::string_view bytes) {
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t left = bytes.size() - i;
    const std::uint32_t three =
        byte(bytes[i]) << 16 | (left > 1 ? byte(bytes[i + 1]) << 8 : 0) | (left > 2 ? byte(bytes[i + 2]) : 0);
    out += alphabet[three >> 18];
    out += alphabet[(three >> 12) & 63];
    out += left > 1 ? alphabet[(three >> 6) & 63] : '=';
    out += left > 2 ? alphabet[three & 63] : '=';
  }
  return out;
}

std::optional<std::string> from_base64(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  std::size_t padding = 0;
  while (padding < 2 && padding < text.size() && text[text.size() - 1 - padding] == '=') ++padding;
  std::string out;
  out.reserve(text.size() / 4 * 3);
  std::uint32_t bits = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool padded = i >= text.size() - padding;
    const std::size_t six = padded ? 0 : alphabet.find(text[i]);
    if (six == std::string_view::npos) return std::nullopt;
    bits = bits << 6 | static_cast<std::uint32_t>(six);
    if (i % 4 != 3) continue;
    out += static_cast<char>(bits >> 16 & 255);
    out += static_cast<char>(bits >> 8 & 255);
    out += static_cast<char>(bits & 255);
    bits = 0;
  }
  out.erase(out.size() - padding);
  // Stray bits behind the last byte would give two texts for the same bytes.
  if (to_base64(out) != text) return std::nullopt;
  return out;
}

}  // namespace patchbay::message
