#pragma once
// The words that stand in facts files and texts for the ABI's numbers. Private to this folder.
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace patchbay::code {

/// Empty for a number that the ABI does not know.
[[nodiscard]] std::string_view kind_word(std::uint32_t kind);
[[nodiscard]] std::string_view behaviour_word(std::uint32_t behaviour);
[[nodiscard]] std::optional<std::uint32_t> kind_of(std::string_view name);
[[nodiscard]] std::optional<std::uint32_t> behaviour_of(std::string_view name);
[[nodiscard]] std::span<const std::string_view> kind_words();
[[nodiscard]] std::span<const std::string_view> behaviour_words();

}  // namespace patchbay::code
