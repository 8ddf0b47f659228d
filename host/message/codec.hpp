#pragma once
// Between the binary form of a type, JSON, and the canonical binary form, by the schema alone: no code of the plugin runs.
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "message/schema.hpp"
#include "port/outcome.hpp"

namespace patchbay::message {

/// Values nested deeper than this are refused: no thread's stack is spent on them.
constexpr std::size_t max_value_depth = 400;
/// Elements that take no bytes (monostate, structs without fields) in one value: their number is all that a length claims.
constexpr std::size_t max_empty_elements = 1u << 16;

/// JSON text as a person types it. Errors (bad_json): not JSON (with line and column), a key twice in one object, nesting beyond
/// max_value_depth.
outcome<nlohmann::json> parse_json(std::string_view text);

/// The binary form of a value, byte for byte what the plugin's own encode gives for it (unordered containers in the given order).
/// Errors name the JSON path and what was expected there: missing_field, unknown_field, wrong_type, out_of_range, wrong_size,
/// wrong_index, duplicate_key, bad_base64, too_deep, opaque.
outcome<std::string> json_to_binary(const schema& as, const nlohmann::json& value);

/// A value as JSON. The bytes must be consumed whole, and no length is trusted beyond them. NaNs lose their payload.
/// Errors name the path and the offset: truncated, too_long, trailing_bytes, bad_value, wrong_index, too_deep, opaque.
outcome<nlohmann::json> binary_to_json(const schema& as, std::string_view bytes);

/// The same value with the elements of unordered sets and maps sorted by their encoded key (and value): equal values give equal bytes.
/// Errors: as binary_to_json.
outcome<std::string> canonical(const schema& as, std::string_view bytes);

}  // namespace patchbay::message
