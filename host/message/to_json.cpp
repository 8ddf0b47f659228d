#include <bit>
#include <cmath>
#include <nlohmann/json.hpp>

#include "message/binary_source.hpp"
#include "message/codec.hpp"
#include "message/nullable.hpp"
#include "message/text_bytes.hpp"

namespace patchbay::message {
namespace {

using nlohmann::json;

json text_of(std::string_view bytes) {
  if (is_utf8(bytes)) return std::string(bytes);
  return json{{"base64", to_base64(bytes)}};
}

template <class Float, class Bits>
json number_of(std::string_view at) {
  const auto value = static_cast<double>(std::bit_cast<Float>(get_little<Bits>(at)));
  if (std::isnan(value)) return "nan";
  if (std::isinf(value)) return value > 0 ? "inf" : "-inf";
  return value;
}

json leaf_of(shape kind, std::string_view at) {
  switch (kind) {
    case shape::boolean:
      return at[0] != 0;
    case shape::i8:
    case shape::character:
      return get_little<std::int8_t>(at);
    case shape::i16:
      return get_little<std::int16_t>(at);
    case shape::i32:
      return get_little<std::int32_t>(at);
    case shape::i64:
      return get_little<std::int64_t>(at);
    case shape::u8:
      return get_little<std::uint8_t>(at);
    case shape::u16:
      return get_little<std::uint16_t>(at);
    case shape::u32:
      return get_little<std::uint32_t>(at);
    case shape::u64:
      return get_little<std::uint64_t>(at);
    case shape::f32:
      return number_of<float, std::uint32_t>(at);
    case shape::f64:
      return number_of<double, std::uint64_t>(at);
    case shape::string:
      return text_of(at);
    default:
      return nullptr;
  }
}

class decoder {
 public:
  decoder(const schema& as, std::string_view bytes) : source(bytes), as_(as) {}

  bool value(const schema_node& node, json& out) {
    if (!source.enter() || !shaped(node, out)) return false;
    source.leave();
    return true;
  }

  binary_source source;

 private:
  bool shaped(const schema_node& node, json& out) {
    switch (node.kind) {
      case shape::enumeration:
      case shape::reference:
        return value(as_.at(node.parts[0]), out);
      case shape::list:
      case shape::set:
        return list(node, out);
      case shape::array:
        return array(node, out);
      case shape::map:
        return map(node, out);
      case shape::optional:
        return perhaps(node, "an optional's byte", false, out);
      case shape::pointer:
        return perhaps(node, "a pointer's byte", true, out);
      case shape::variant:
        return variant(node, out);
      case shape::tuple:
        return tuple(node, out);
      case shape::structure:
        return structure(node, out);
      default:
        return leaf(node, out);
    }
  }

  bool leaf(const schema_node& node, json& out) {
    std::string_view at;
    if (!source.leaf(node, at)) return false;
    out = leaf_of(node.kind, at);
    return true;
  }

  bool part(const schema_node& node, std::size_t which, std::size_t step, json& out) {
    source.path.enter(step);
    if (!value(as_.at(node.parts[which]), out)) return false;
    source.path.leave();
    return true;
  }

  bool elements(const schema_node& node, std::uint64_t size, json& out) {
    out = json::array();
    for (std::uint64_t i = 0; i < size; ++i)
      if (!part(node, 0, i, out.emplace_back())) return false;
    return true;
  }

  bool list(const schema_node& node, json& out) {
    std::uint64_t size = 0;
    return source.length(as_.at(node.parts[0]).least_bytes, "a container", size) && elements(node, size, out);
  }

  bool array(const schema_node& node, json& out) {
    return source.expect(node.size, as_.at(node.parts[0]).least_bytes, "an array") && elements(node, node.size, out);
  }

  // An object where every key can be a JSON key, else pairs.
  bool map(const schema_node& node, json& out) {
    std::uint64_t size = 0;
    const auto least = as_.at(node.parts[0]).least_bytes + as_.at(node.parts[1]).least_bytes;
    if (!source.length(least, "a map", size)) return false;
    bool keyed = as_.at(node.parts[0]).kind == shape::string && !node.multi;
    out = json::array();
    for (std::uint64_t i = 0; i < size; ++i) {
      json& pair = out.emplace_back(json::array({nullptr, nullptr}));
      if (!part(node, 0, i, pair[0]) || !part(node, 1, i, pair[1])) return false;
      keyed = keyed && pair[0].is_string();
    }
    if (!keyed) return true;
    json object = json::object();
    for (json& pair : out) {
      const auto& key = pair[0].get_ref<const std::string&>();
      if (!object.emplace(key, std::move(pair[1])).second)
        return source.fail("duplicate_key", "key \"" + key + "\" twice in a map that holds each once");
    }
    out = std::move(object);
    return true;
  }

  bool perhaps(const schema_node& node, std::string_view what, bool present, json& out) {
    bool flag = false;
    if (!source.flag(what, flag)) return false;
    out = nullptr;
    if (flag != present) return true;
    if (!nullable(as_, node.parts[0])) return value(as_.at(node.parts[0]), out);
    out = json::object();
    return value(as_.at(node.parts[0]), out["value"]);
  }

  bool variant(const schema_node& node, json& out) {
    std::size_t index = 0;
    if (!source.index(node.parts.size(), index)) return false;
    out = json{{"index", index}};
    source.path.enter("value");
    if (!value(as_.at(node.parts[index]), out["value"])) return false;
    source.path.leave();
    return true;
  }

  bool tuple(const schema_node& node, json& out) {
    out = json::array();
    for (std::size_t i = 0; i < node.parts.size(); ++i)
      if (!part(node, i, i, out.emplace_back())) return false;
    return true;
  }

  bool structure(const schema_node& node, json& out) {
    if (node.version && !source.class_version(*node.version)) return false;
    out = json::object();
    for (std::size_t i = 0; i < node.parts.size(); ++i) {
      source.path.enter(node.names[i]);
      if (!value(as_.at(node.parts[i]), out[node.names[i]])) return false;
      source.path.leave();
    }
    return true;
  }

  const schema& as_;
};

}  // namespace

outcome<json> binary_to_json(const schema& as, std::string_view bytes) {
  decoder reader(as, bytes);
  json out;
  if (!reader.value(as.root(), out) || !reader.source.finish()) return std::move(reader.source.failure);
  return out;
}

}  // namespace patchbay::message
