#include "release/rehearse/draw.hpp"

#include <algorithm>
#include <limits>
#include <string>

#include "message/nullable.hpp"

namespace patchbay::release {

using message::schema_node;
using message::shape;
using nlohmann::json;

namespace {

// Deeper than this containers stay empty, so that a type that holds itself ends.
constexpr unsigned deepest = 6;

template <class Integer>
constexpr std::int64_t least = static_cast<std::int64_t>(+std::numeric_limits<Integer>::min());
template <class Integer>
constexpr std::uint64_t most = static_cast<std::uint64_t>(std::numeric_limits<Integer>::max());

}  // namespace

json drawer::number(std::int64_t lowest, std::uint64_t highest) {
  switch (below(8)) {
    case 0:
      return 0;
    case 1:
      return lowest;
    case 2:
      return highest;
    case 3: {
      const std::uint64_t bits = random_();
      if (lowest == 0) return highest == std::numeric_limits<std::uint64_t>::max() ? bits : bits % (highest + 1);
      const auto any = static_cast<std::int64_t>(bits);
      if (highest == most<std::int64_t>) return any;
      const auto half = static_cast<std::int64_t>(highest) + 1;
      return any % half;
    }
    default: {
      const auto small = static_cast<std::int64_t>(below(101));
      return lowest < 0 && below(2) == 0 ? -small : small;
    }
  }
}

json drawer::real() {
  switch (below(8)) {
    case 0:
      return 0.0;
    case 1:
      return "inf";
    default:
      // Quarters: exact in either width.
      return static_cast<double>(static_cast<std::int64_t>(below(4001)) - 2000) / 4;
  }
}

json drawer::text() {
  static constexpr const char* pieces[] = {"a", "b", "Z", "0", " ", "\"", "ä", "\n", "€"};
  std::string made;
  for (std::uint64_t left = below(9); left > 0; --left) made += pieces[below(std::size(pieces))];
  return made;
}

json drawer::elements(const schema_node& node, unsigned depth) {
  json made = json::array();
  const bool once = (node.kind == shape::set || node.kind == shape::map) && !node.multi;
  for (std::uint64_t left = depth >= deepest ? 0 : below(5); left > 0; --left) {
    json key = value(node.parts[0], depth + 1);
    const auto same = [&](const json& each) { return (node.kind == shape::map ? each[0] : each) == key; };
    if (once && std::any_of(made.begin(), made.end(), same)) continue;
    if (node.kind == shape::map) key = json::array({std::move(key), value(node.parts[1], depth + 1)});
    made.push_back(std::move(key));
  }
  return made;
}

json drawer::value(std::uint32_t at, unsigned depth) {
  const schema_node& node = as_.at(at);
  switch (node.kind) {
    case shape::boolean:
      return below(2) == 0;
    case shape::i8:
    case shape::character:
      return number(least<std::int8_t>, most<std::int8_t>);
    case shape::i16:
      return number(least<std::int16_t>, most<std::int16_t>);
    case shape::i32:
      return number(least<std::int32_t>, most<std::int32_t>);
    case shape::i64:
      return number(least<std::int64_t>, most<std::int64_t>);
    case shape::u8:
      return number(0, most<std::uint8_t>);
    case shape::u16:
      return number(0, most<std::uint16_t>);
    case shape::u32:
      return number(0, most<std::uint32_t>);
    case shape::u64:
      return number(0, most<std::uint64_t>);
    case shape::f32:
    case shape::f64:
      return real();
    case shape::string:
      return text();
    case shape::enumeration:
      // Which of its numbers mean something the schema does not tell; the first two nearly always do.
      return below(2);
    case shape::reference:
      return value(node.parts[0], depth + 1);
    case shape::list:
    case shape::set:
    case shape::map:
      return elements(node, depth);
    case shape::array: {
      json made = json::array();
      for (std::uint64_t i = 0; i < node.size; ++i) made.push_back(value(node.parts[0], depth + 1));
      return made;
    }
    case shape::optional:
    case shape::pointer: {
      if (depth >= deepest || below(3) == 0) return nullptr;
      json held = value(node.parts[0], depth + 1);
      return message::nullable(as_, node.parts[0]) ? json{{"value", std::move(held)}} : held;
    }
    case shape::variant: {
      const std::uint64_t index = depth >= deepest ? 0 : below(node.parts.size());
      return json{{"index", index}, {"value", value(node.parts[index], depth + 1)}};
    }
    case shape::tuple: {
      json made = json::array();
      for (const std::uint32_t part : node.parts) made.push_back(value(part, depth + 1));
      return made;
    }
    case shape::structure: {
      json made = json::object();
      for (std::size_t i = 0; i < node.parts.size(); ++i) made[node.names[i]] = value(node.parts[i], depth + 1);
      return made;
    }
    case shape::monostate:
    case shape::opaque:
      break;
  }
  return nullptr;
}

}  // namespace patchbay::release
