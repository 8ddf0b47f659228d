#pragma once
// What minisign's files are made of: lines, some of them base64.
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace patchbay::release {

/// Without their ends (\n or \r\n); none is empty at the end.
std::vector<std::string_view> lines_of(std::string_view text);
std::string base64(std::span<const std::uint8_t> bytes);
/// nullopt where it is not base64 of exactly `size` bytes.
std::optional<std::vector<std::uint8_t>> from_base64(std::string_view text, std::size_t size);
void append(std::vector<std::uint8_t>& to, std::span<const std::uint8_t> bytes);
inline std::span<const std::uint8_t> bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

}  // namespace patchbay::release
