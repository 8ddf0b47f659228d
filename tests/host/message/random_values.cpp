#include "random_values.hpp"

#include <cmath>
#include <set>

#include "message/nullable.hpp"
#include "message/text_bytes.hpp"

namespace patchbay::message {
namespace {

using nlohmann::json;

constexpr unsigned deepest = 5;

}  // namespace

std::string random_values::schema_text() {
  enclosing_.clear();
  containers_ = 0;
  return type(0);
}

std::string random_values::structure(unsigned depth) {
  enclosing_.push_back(containers_);
  std::string fields;
  const auto count = below(4);
  for (std::uint64_t i = 0; i < count; ++i)
    fields += std::string(i == 0 ? "" : ",") + "[\"f" + std::to_string(i) + "\"," + type(depth + 1) + "]";
  enclosing_.pop_back();
  return "{\"struct\":[" + fields + "]" + (below(3) == 0 ? ",\"version\":" + std::to_string(below(9)) : "") + "}";
}

std::string random_values::type(unsigned depth) {
  static constexpr const char* scalars[] = {"bool", "i8",  "i16", "i32", "i64",  "u8",     "u16",
                                            "u32",  "u64", "f32", "f64", "char", "string", "monostate"};
  if (!enclosing_.empty() && below(6) == 0) {
    const auto n = below(enclosing_.size());
    if (enclosing_[enclosing_.size() - 1 - n] < containers_) return "{\"ref\":" + std::to_string(n) + "}";
  }
  if (depth >= deepest || below(3) == 0) return "\"" + std::string(scalars[below(std::size(scalars))]) + "\"";
  const std::string flags =
      std::string(below(2) == 0 ? ",\"unordered\":true" : "") + (below(3) == 0 ? ",\"multi\":true" : "");
  const auto contained = [&](const std::string& open, const std::string& close) {
    ++containers_;
    const auto inner = type(depth + 1);
    --containers_;
    return open + inner + close;
  };
  switch (below(9)) {
    case 0:
      return contained("{\"list\":", "}");
    case 1:
      return contained("{\"set\":", flags + "}");
    case 2:
      return contained("{\"map\":[" + std::string(below(2) == 0 ? "\"string\"," : "\"i16\","), "]" + flags + "}");
    case 3:
      return contained("{\"optional\":", "}");
    case 4:
      return contained("{\"pointer\":", "}");
    case 5:
      return "{\"array\":" + type(depth + 1) + ",\"size\":" + std::to_string(below(4)) + "}";
    case 6:
      return "{\"variant\":[" + type(depth + 1) + "," + type(depth + 1) + "]}";
    case 7:
      return "{\"tuple\":[" + type(depth + 1) + "," + type(depth + 1) + "]}";
    default:
      return below(4) == 0 ? "{\"enum\":\"u16\"}" : structure(depth);
  }
}

json random_values::text() {
  std::string bytes;
  const auto size = below(12);
  const bool plain = below(3) != 0;
  for (std::uint64_t i = 0; i < size; ++i) bytes += static_cast<char>(plain ? ' ' + below(95) : below(256));
  if (is_utf8(bytes)) return bytes;
  return json{{"base64", to_base64(bytes)}};
}

json random_values::real(bool narrow) {
  switch (below(8)) {
    case 0:
      return "nan";
    case 1:
      return "inf";
    case 2:
      return "-inf";
    case 3:
      return -0.0;
    default:
      break;
  }
  const double some = std::ldexp(static_cast<double>(below(1u << 20)) - 500000.0, static_cast<int>(below(60)) - 30);
  return narrow ? static_cast<double>(static_cast<float>(some)) : some;
}

json random_values::distinct(const schema& as, const schema_node& node, unsigned depth) {
  std::set<std::string> seen;
  json out = json::array();
  const auto tries = depth > deepest ? 0 : below(5);
  for (std::uint64_t i = 0; i < tries; ++i) {
    json one = value(as, as.at(node.parts[0]), depth + 1);
    if (node.multi || seen.insert(one.dump()).second) out.push_back(std::move(one));
  }
  return out;
}

json random_values::value(const schema& as, const schema_node& node, unsigned depth) {
  const auto bits = static_cast<std::int64_t>(below(4) == 0 ? below(3) : engine_());
  switch (node.kind) {
    case shape::boolean:
      return below(2) == 0;
    case shape::i8:
    case shape::character:
      return static_cast<std::int8_t>(bits);
    case shape::i16:
      return static_cast<std::int16_t>(bits);
    case shape::i32:
      return static_cast<std::int32_t>(bits);
    case shape::i64:
      return bits;
    case shape::u8:
      return static_cast<std::uint8_t>(bits);
    case shape::u16:
      return static_cast<std::uint16_t>(bits);
    case shape::u32:
      return static_cast<std::uint32_t>(bits);
    case shape::u64:
      return static_cast<std::uint64_t>(bits);
    case shape::f32:
      return real(true);
    case shape::f64:
      return real(false);
    case shape::string:
      return text();
    case shape::monostate:
    case shape::opaque:
      return nullptr;
    case shape::enumeration:
    case shape::reference:
      return value(as, as.at(node.parts[0]), depth + 1);
    case shape::set:
      return distinct(as, node, depth);
    case shape::list:
    case shape::array: {
      json out = json::array();
      const auto size = node.kind == shape::array ? node.size : depth > deepest ? 0 : below(5);
      for (std::uint64_t i = 0; i < size; ++i) out.push_back(value(as, as.at(node.parts[0]), depth + 1));
      return out;
    }
    case shape::map: {
      json pairs = json::array();
      bool keyed = as.at(node.parts[0]).kind == shape::string && !node.multi;
      for (const auto& key : distinct(as, node, depth)) {
        keyed = keyed && key.is_string();
        pairs.push_back({key, value(as, as.at(node.parts[1]), depth + 1)});
      }
      if (!keyed) return pairs;
      json object = json::object();
      for (const auto& pair : pairs) object[pair[0].get<std::string>()] = pair[1];
      return object;
    }
    case shape::optional:
    case shape::pointer: {
      if (depth > deepest || below(3) == 0) return nullptr;
      json inner = value(as, as.at(node.parts[0]), depth + 1);
      if (nullable(as, node.parts[0])) return json{{"value", std::move(inner)}};
      return inner;
    }
    case shape::variant: {
      const auto index = below(node.parts.size());
      return json{{"index", index}, {"value", value(as, as.at(node.parts[index]), depth + 1)}};
    }
    case shape::tuple: {
      json out = json::array();
      for (const auto part : node.parts) out.push_back(value(as, as.at(part), depth + 1));
      return out;
    }
    case shape::structure: {
      json out = json::object();
      for (std::size_t i = 0; i < node.parts.size(); ++i)
        out[node.names[i]] = value(as, as.at(node.parts[i]), depth + 1);
      return out;
    }
  }
  return nullptr;
}

json random_values::shuffled(const schema& as, const schema_node& node, const json& in) {
  json out = in;
  switch (node.kind) {
    case shape::reference:
      return shuffled(as, as.at(node.parts[0]), in);
    case shape::list:
    case shape::array:
    case shape::set:
      for (auto& each : out) each = shuffled(as, as.at(node.parts[0]), each);
      break;
    case shape::map:
      for (auto& each : out) {
        json& held = in.is_array() ? each[1] : each;
        held = shuffled(as, as.at(node.parts[1]), held);
      }
      break;
    case shape::tuple:
      for (std::size_t i = 0; i < node.parts.size(); ++i) out[i] = shuffled(as, as.at(node.parts[i]), out[i]);
      break;
    case shape::structure:
      for (std::size_t i = 0; i < node.parts.size(); ++i)
        out[node.names[i]] = shuffled(as, as.at(node.parts[i]), out[node.names[i]]);
      break;
    default:
      break;
  }
  if (node.unordered && out.is_array())
    for (std::size_t i = out.size(); i > 1; --i) std::swap(out[i - 1], out[below(i)]);
  return out;
}

std::string random_values::damaged(std::string bytes) {
  const auto times = 1 + below(3);
  for (std::uint64_t i = 0; i < times; ++i) {
    const auto at = below(bytes.size() + 1);
    switch (below(5)) {
      case 0:
        bytes.resize(at);
        break;
      case 1:
        bytes.insert(at, 1 + below(9), static_cast<char>(below(256)));
        break;
      case 2:
        bytes.insert(at, bytes.substr(at, below(16)));
        break;
      case 3:
        for (auto k = at; k < bytes.size() && k < at + 8; ++k) bytes[k] = static_cast<char>(below(2) == 0 ? 255 : 0);
        break;
      default:
        if (at < bytes.size()) bytes[at] = static_cast<char>(below(256));
    }
  }
  return bytes;
}

}  // namespace patchbay::message
