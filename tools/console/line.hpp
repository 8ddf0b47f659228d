#pragma once
// What a person types at the console, as words and fields.
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "port/outcome.hpp"

namespace console {

using nlohmann::json;
using patchbay::outcome;

/// A line cut at blanks. A word that begins with `{`, `[` or `"` goes on to where that value ends, blanks and all, as does one behind `=`.
/// Errors (bad_line): a bracket or a quote that is not closed.
outcome<std::vector<std::string>> split(std::string_view line);

/// The fields of a message: one JSON object, or `name=value` words whose values are JSON where they read as JSON and text where not.
/// Errors (bad_line): neither; a field named twice.
outcome<json> fields(const std::vector<std::string>& words, std::size_t from);

}  // namespace console
