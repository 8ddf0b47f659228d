#pragma once
// Wording that all rooms' error texts share.
#include <span>
#include <string>
#include <string_view>

namespace patchbay::port {

/// The known name that a mistyped word most likely meant: the least edit distance (insert, delete, replace, swap of neighbours;
/// letter case counts nothing), at most a third of the longer word's length and at least 1. Empty where none is near.
/// The result points into `known`.
[[nodiscard]] std::string_view nearest_name(std::string_view word, std::span<const std::string_view> known);
[[nodiscard]] std::string_view nearest_name(std::string_view word, std::span<const std::string> known);

/// `; did you mean counter?`, or nothing where no known name is near.
[[nodiscard]] std::string did_you_mean(std::string_view word, std::span<const std::string_view> known);
[[nodiscard]] std::string did_you_mean(std::string_view word, std::span<const std::string> known);

/// `a, b, c`, or `none`.
[[nodiscard]] std::string list_names(std::span<const std::string_view> names);
[[nodiscard]] std::string list_names(std::span<const std::string> names);

/// Input that an error text repeats: as it is up to about 200 bytes, else its beginning, its length and its end, cut between
/// characters of UTF-8.
[[nodiscard]] std::string shortened(std::string_view text);

}  // namespace patchbay::port
