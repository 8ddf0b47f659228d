#pragma once
// Schemas (sdk/abi/schema.md) as people say them. Private to this room.
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

namespace patchbay::release {

/// Null where the text is no JSON or is nested deeper than any type.
nlohmann::json parse_schema(std::string_view text);

/// `map of string to list of i64`, `{number: i64, delta: i64}`
std::string in_words(const nlohmann::json& schema);

/// `text` in words; where it is no schema, as it is.
std::string schema_in_words(std::string_view text);

}  // namespace patchbay::release
