#include "message/show.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "message/codec.hpp"
#include "message/schema.hpp"

namespace patchbay::message {
namespace {

using nlohmann::json;

bool is_hidden(const redactions& hidden, std::string_view field) {
  return std::find(hidden.begin(), hidden.end(), field) != hidden.end();
}

bool is_secret(const json& value) { return value.is_object() && value.size() == 1 && value.contains("secret"); }

json not_shown(const std::string& why) { return "(not shown: " + why + ")"; }

json encoded(const pb_type& type, const void* object, const redactions& hidden) {
  if ((type.flags & PB_TYPE_LOCAL) != 0) return not_shown("it holds code");
  if (type.encode == nullptr) return not_shown("it has no encoded form");
  std::string bytes;
  std::string why;
  const pb_sink out = string_sink(bytes);
  const pb_sink error = string_sink(why);
  if (const pb_status status = type.encode(object, &out, &error); status != PB_OK) {
    return not_shown(why.empty() ? "status " + std::to_string(status) : why);
  }
  return show(view(type.schema), bytes, hidden);
}

}  // namespace

void redact(json& value, const redactions& hidden) {
  if (is_secret(value)) {
    value = hidden_value;
    return;
  }
  if (value.is_array()) {
    for (json& each : value) redact(each, hidden);
    return;
  }
  if (!value.is_object()) return;
  for (auto& [field, held] : value.items()) {
    if (is_hidden(hidden, field)) {
      held = hidden_value;
    } else {
      redact(held, hidden);
    }
  }
}

void restore(json& value, const json& before, const redactions& hidden) {
  if (value == hidden_value && is_secret(before)) {
    value = before;
    return;
  }
  if (value.is_array() && before.is_array()) {
    for (std::size_t i = 0; i < std::min(value.size(), before.size()); ++i) restore(value[i], before[i], hidden);
    return;
  }
  if (!value.is_object() || !before.is_object()) return;
  for (auto& [field, held] : value.items()) {
    const auto old = before.find(field);
    if (old == before.end()) continue;
    if (held == hidden_value && is_hidden(hidden, field)) {
      held = *old;
    } else {
      restore(held, *old, hidden);
    }
  }
}

json show(std::string_view schema, std::string_view bytes, const redactions& hidden) {
  outcome<json> value = error{};
  if (schema.empty()) {
    value = parse_json(bytes);
  } else {
    const auto shape = parse_schema(schema);
    if (!shape) return not_shown(shape.failure().text);
    value = binary_to_json(*shape, bytes);
  }
  if (!value) return not_shown(value.failure().text);
  redact(*value, hidden);
  return std::move(*value);
}

json show(const pb_type& type, const void* object, const redactions& hidden) { return encoded(type, object, hidden); }

json show(const payload& content, const pb_type* type, const redactions& hidden) {
  if (content.is_bytes()) {
    if (type == nullptr || type->schema_fp != content.schema_fp()) return not_shown("its form is unknown");
    return show(view(type->schema), content.bytes(), hidden);
  }
  // Only looks: an object that is there is encoded where it lies.
  void* object = const_cast<payload&>(content).object();
  if (object == nullptr || content.type() == nullptr) return nullptr;
  return encoded(*content.type(), object, hidden);
}

}  // namespace patchbay::message
