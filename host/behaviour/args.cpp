#include "behaviour/args.hpp"

#include <cstdint>
#include <iterator>
#include <limits>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

#include "message/codec.hpp"
#include "message/envelope.hpp"

namespace patchbay::behaviour {
namespace {

using nlohmann::json;

// A pb_args is a node of the JSON tree itself: nested tables need no objects of their own.
const pb_args* as_args(const json& node) noexcept { return reinterpret_cast<const pb_args*>(&node); }
const json* as_json(const pb_args* args) noexcept { return reinterpret_cast<const json*>(args); }

pb_value value_of(const json* node) {
  pb_value value{};
  if (node == nullptr) return value;
  switch (node->type()) {
    case json::value_t::boolean:
      value.kind = PB_VALUE_BOOL;
      value.boolean = node->get<bool>() ? 1 : 0;
      break;
    case json::value_t::number_unsigned:
    case json::value_t::number_integer:
      value.number = node->get<double>();
      if (node->is_number_unsigned() && node->get<std::uint64_t>() > std::numeric_limits<std::int64_t>::max()) {
        value.kind = PB_VALUE_FLOAT;
      } else {
        value.kind = PB_VALUE_INT;
        value.integer = node->get<std::int64_t>();
      }
      break;
    case json::value_t::number_float:
      value.kind = PB_VALUE_FLOAT;
      value.number = node->get<double>();
      break;
    case json::value_t::string:
      value.kind = PB_VALUE_STRING;
      value.string = message::str(*node->get_ptr<const std::string*>());
      break;
    case json::value_t::object:
    case json::value_t::array:
      value.kind = node->is_object() ? PB_VALUE_TABLE : PB_VALUE_LIST;
      value.table = as_args(*node);
      break;
    default:
      break;
  }
  return value;
}

}  // namespace

const json* find_arg(const json& table, std::string_view key) {
  const auto* entries = table.get_ptr<const json::object_t*>();
  if (entries == nullptr) return nullptr;
  if (const auto whole = entries->find(key); whole != entries->end()) return &whole->second;
  for (auto dot = key.rfind('.'); dot != std::string_view::npos && dot != 0; dot = key.rfind('.', dot - 1)) {
    const auto part = entries->find(key.substr(0, dot));
    if (part == entries->end()) continue;
    if (const json* found = find_arg(part->second, key.substr(dot + 1))) return found;
  }
  return nullptr;
}

args_table::args_table() : table_(std::make_unique<const json>(json::object())) {}
args_table::args_table(json table)
    : table_(std::make_unique<const json>(table.is_object() ? std::move(table) : json::object())) {}
args_table::args_table(args_table&&) noexcept = default;
args_table& args_table::operator=(args_table&&) noexcept = default;
args_table::~args_table() = default;

outcome<args_table> args_table::parse(std::string_view json_text) {
  if (json_text.empty()) return args_table();
  auto parsed = message::parse_json(json_text);
  if (!parsed) return parsed.failure();
  if (!parsed->is_object()) {
    return error{"bad_json", std::string("arguments must be a JSON object, not ") + parsed->type_name()};
  }
  return args_table(std::move(*parsed));
}

const pb_args* args_table::handle() const noexcept { return table_ ? as_args(*table_) : nullptr; }

void args_find(const pb_host* /*host*/, const pb_args* args, pb_str key, pb_value* out) {
  *out = value_of(args == nullptr ? nullptr : find_arg(*as_json(args), message::view(key)));
}

void args_at(const pb_host* /*host*/, const pb_args* args, std::size_t index, pb_str* out_key, pb_value* out) {
  if (out_key != nullptr) *out_key = {};
  *out = {};
  if (args == nullptr || index >= as_json(args)->size()) return;
  if (const auto* list = as_json(args)->get_ptr<const json::array_t*>()) {
    *out = value_of(&(*list)[index]);
  } else if (const auto* entries = as_json(args)->get_ptr<const json::object_t*>()) {
    const auto entry = std::next(entries->begin(), static_cast<std::ptrdiff_t>(index));
    if (out_key != nullptr) *out_key = message::str(entry->first);
    *out = value_of(&entry->second);
  }
}

std::size_t args_size(const pb_host* /*host*/, const pb_args* args) {
  return args == nullptr ? 0 : as_json(args)->size();
}

void args_json(const pb_host* /*host*/, const pb_args* args, const pb_sink* out) {
  const std::string text = args == nullptr ? "{}" : as_json(args)->dump(-1, ' ', false, json::error_handler_t::replace);
  out->write(out->context, text.data(), text.size());
}

}  // namespace patchbay::behaviour
