#pragma once
// What people get to see of values: JSON, with what is secret left out.
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "message/envelope.hpp"

namespace patchbay::message {

/// Names of fields whose values are nobody's business, beside the types that say so themselves (patchbay::secret<T>).
using redactions = std::vector<std::string>;
/// What stands in their place.
inline constexpr std::string_view hidden_value = "***";

/// Replaces by "***" the value of every field of these names, and every patchbay::secret<T>: an object whose one field is `secret`.
void redact(nlohmann::json& value, const redactions& hidden);
/// Puts back what redact took out: where `value` says "***" for something secret of `before`, it gets that.
void restore(nlohmann::json& value, const nlohmann::json& before, const redactions& hidden);

/// A value by its schema's text, redacted; an empty schema: the bytes are JSON text. A string that says why where it cannot be shown.
nlohmann::json show(std::string_view schema, std::string_view bytes, const redactions& hidden);
/// An object of a type.
nlohmann::json show(const pb_type& type, const void* object, const redactions& hidden);
/// What a letter or a reply holds; bytes are read as `type`, where that is given and fits.
nlohmann::json show(const payload& content, const pb_type* type, const redactions& hidden);

}  // namespace patchbay::message
