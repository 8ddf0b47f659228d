#include <algorithm>
#include <array>
#include <limits>
#include <nlohmann/json.hpp>

#include "message/codec.hpp"
#include "message/fingerprint.hpp"
#include "message/schema.hpp"
#include "port/text.hpp"

namespace patchbay::message {
namespace {

using nlohmann::json;

constexpr std::array<std::string_view, 14> scalars = {"bool", "i8",  "i16", "i32", "i64",  "u8",     "u16",
                                                      "u32",  "u64", "f32", "f64", "char", "string", "monostate"};
constexpr std::array<std::string_view, 11> makers = {"enum",    "list",    "array", "set",    "map", "optional",
                                                     "pointer", "variant", "tuple", "struct", "ref"};
constexpr std::array<std::string_view, 8> integers = {"i8", "i16", "i32", "i64", "u8", "u16", "u32", "u64"};

// A struct whose fields are being read, and how many containers were entered before it: a reference to it is finite only
// if another one lies between.
struct enclosing {
  std::uint32_t node;
  std::size_t containers;
};

class parser {
 public:
  bool parse(const json& text) { return node(text).has_value(); }
  error failure;
  std::vector<schema_node> nodes;

 private:
  std::nullopt_t fail(const std::string& what) {
    std::string where = "schema";
    for (const auto& step : path_) where += step;
    failure = {"bad_schema", where + ": " + what};
    return std::nullopt;
  }

  std::optional<std::uint32_t> child(const json& text, std::string step) {
    path_.push_back(std::move(step));
    const auto made = node(text);
    path_.pop_back();
    return made;
  }

  std::optional<std::uint32_t> node(const json& text) {
    if (path_.size() > max_schema_depth) return fail("nested deeper than " + std::to_string(max_schema_depth));
    if (nodes.size() >= max_schema_nodes) return fail("more than " + std::to_string(max_schema_nodes) + " types");
    const auto self = static_cast<std::uint32_t>(nodes.size());
    nodes.emplace_back();
    const bool done = text.is_string() ? scalar(self, text.get_ref<const std::string&>()) : made(self, text);
    return done ? std::optional(self) : std::nullopt;
  }

  bool scalar(std::uint32_t self, const std::string& word) {
    const auto it = std::find(scalars.begin(), scalars.end(), word);
    if (it == scalars.end()) {
      fail("unknown type \"" + word + "\"" + port::did_you_mean(word, scalars) +
           " (known: " + port::list_names(scalars) + ")");
      return false;
    }
    constexpr std::array<shape, scalars.size()> kinds = {
        shape::boolean, shape::i8,  shape::i16, shape::i32, shape::i64,       shape::u8,     shape::u16,
        shape::u32,     shape::u64, shape::f32, shape::f64, shape::character, shape::string, shape::monostate};
    nodes[self].kind = kinds[static_cast<std::size_t>(it - scalars.begin())];
    return true;
  }

  bool made(std::uint32_t self, const json& text) {
    if (!text.is_object() || text.empty()) {
      fail("a type is a word or an object such as {\"list\":\"i64\"}");
      return false;
    }
    if (text.contains("opaque")) return only(text, {"opaque"}) && opaque(self, text["opaque"]);
    for (const std::string_view maker : makers) {
      const auto it = text.find(maker);
      if (it == text.end()) continue;
      path_.push_back("." + std::string(maker));
      const bool done = make(self, maker, *it, text);
      path_.pop_back();
      return done;
    }
    const std::string& key = text.begin().key();
    fail("unknown key \"" + key + "\"" + port::did_you_mean(key, makers) + " (known: " + port::list_names(makers) +
         ", opaque)");
    return false;
  }

  bool make(std::uint32_t self, std::string_view maker, const json& inner, const json& whole) {
    if (maker == "enum") return only(whole, {"enum"}) && enumeration(self, inner);
    if (maker == "list") return only(whole, {"list"}) && container(self, shape::list, inner);
    if (maker == "optional") return only(whole, {"optional"}) && container(self, shape::optional, inner);
    if (maker == "pointer") return only(whole, {"pointer"}) && container(self, shape::pointer, inner);
    if (maker == "array") return only(whole, {"array", "size"}) && array(self, inner, whole);
    if (maker == "set") return unordered(self, maker, whole) && container(self, shape::set, inner);
    if (maker == "map") return unordered(self, maker, whole) && map(self, inner);
    if (maker == "variant") return only(whole, {"variant"}) && several(self, shape::variant, inner);
    if (maker == "tuple") return only(whole, {"tuple"}) && several(self, shape::tuple, inner);
    if (maker == "struct") return only(whole, {"struct", "version"}) && structure(self, inner, whole);
    return only(whole, {"ref"}) && reference(self, inner);
  }

  bool only(const json& object, std::initializer_list<std::string_view> known) {
    for (const auto& [key, unused] : object.items()) {
      if (std::find(known.begin(), known.end(), key) != known.end()) continue;
      fail("unknown key \"" + key + "\" (known here: " + port::list_names(std::span(known.begin(), known.size())) +
           ")");
      return false;
    }
    return true;
  }

  bool flag(const json& object, std::string_view key, bool& out) {
    const auto it = object.find(key);
    if (it == object.end()) return true;
    if (!it->is_boolean()) {
      fail(std::string(key) + " is true or false");
      return false;
    }
    out = it->get<bool>();
    return true;
  }

  bool unordered(std::uint32_t self, std::string_view maker, const json& whole) {
    return only(whole, {maker, "unordered", "multi"}) && flag(whole, "unordered", nodes[self].unordered) &&
           flag(whole, "multi", nodes[self].multi);
  }

  bool opaque(std::uint32_t self, const json& inner) {
    if (!inner.is_string()) {
      fail("opaque needs a name");
      return false;
    }
    nodes[self].kind = shape::opaque;
    nodes[self].names = {inner.get<std::string>()};
    return true;
  }

  bool enumeration(std::uint32_t self, const json& inner) {
    const bool known = inner.is_string() && std::find(integers.begin(), integers.end(),
                                                      inner.get_ref<const std::string&>()) != integers.end();
    if (!known) {
      fail("an enum lies over one of " + port::list_names(integers));
      return false;
    }
    return part(self, inner, "", shape::enumeration);
  }

  bool container(std::uint32_t self, shape kind, const json& inner) {
    ++containers_;
    const bool done = part(self, inner, "", kind);
    --containers_;
    return done;
  }

  bool array(std::uint32_t self, const json& inner, const json& whole) {
    const auto size = whole.find("size");
    if (size == whole.end() || !size->is_number_unsigned()) {
      fail("an array needs \"size\", a whole number from 0");
      return false;
    }
    nodes[self].size = size->get<std::uint64_t>();
    return part(self, inner, "", shape::array);
  }

  bool map(std::uint32_t self, const json& inner) {
    if (!inner.is_array() || inner.size() != 2) {
      fail("a map needs [key, value]");
      return false;
    }
    ++containers_;
    const bool done = part(self, inner[0], "[0]", shape::map) && part(self, inner[1], "[1]", shape::map);
    --containers_;
    return done;
  }

  bool several(std::uint32_t self, shape kind, const json& inner) {
    if (!inner.is_array() || (kind == shape::variant && inner.empty())) {
      fail("expected an array of types");
      return false;
    }
    nodes[self].kind = kind;
    if (kind == shape::variant) ++containers_;
    bool done = true;
    for (std::size_t i = 0; done && i < inner.size(); ++i)
      done = part(self, inner[i], "[" + std::to_string(i) + "]", kind);
    if (kind == shape::variant) --containers_;
    return done;
  }

  bool structure(std::uint32_t self, const json& inner, const json& whole) {
    if (!inner.is_array()) {
      fail("expected an array of [\"name\", type]");
      return false;
    }
    if (const auto it = whole.find("version"); it != whole.end()) {
      if (!it->is_number_unsigned() || it->get<std::uint64_t>() > std::numeric_limits<std::uint32_t>::max()) {
        fail("a class version is a whole number from 0 to 4294967295");
        return false;
      }
      nodes[self].version = it->get<std::uint32_t>();
    }
    nodes[self].kind = shape::structure;
    enclosing_.push_back({self, containers_});
    bool done = true;
    for (std::size_t i = 0; done && i < inner.size(); ++i) done = field(self, inner[i], i);
    enclosing_.pop_back();
    return done;
  }

  bool field(std::uint32_t self, const json& pair, std::size_t index) {
    const std::string position = "[" + std::to_string(index) + "]";
    if (!pair.is_array() || pair.size() != 2 || !pair[0].is_string()) {
      fail("field " + position + " is not [\"name\", type]");
      return false;
    }
    auto name = pair[0].get<std::string>();
    const auto& names = nodes[self].names;
    if (name.empty() || std::find(names.begin(), names.end(), name) != names.end()) {
      fail("field " + position + (name.empty() ? " has no name" : " is a second \"" + name + "\""));
      return false;
    }
    nodes[self].names.push_back(name);
    return part(self, pair[1], position + "(" + name + ")", shape::structure);
  }

  bool reference(std::uint32_t self, const json& inner) {
    if (!inner.is_number_unsigned() || inner.get<std::uint64_t>() >= enclosing_.size()) {
      fail("a ref is the number of an enclosing struct, 0 being the innermost; here are " +
           std::to_string(enclosing_.size()));
      return false;
    }
    const auto& target = enclosing_[enclosing_.size() - 1 - inner.get<std::size_t>()];
    if (target.containers == containers_) {
      fail("this struct would hold itself; a list, set, map, optional, pointer or variant must lie between");
      return false;
    }
    nodes[self].kind = shape::reference;
    nodes[self].size = inner.get<std::uint64_t>();
    nodes[self].parts = {target.node};
    return true;
  }

  bool part(std::uint32_t self, const json& inner, std::string step, shape kind) {
    nodes[self].kind = kind;
    const auto made = child(inner, std::move(step));
    if (made) nodes[self].parts.push_back(*made);
    return made.has_value();
  }

  std::vector<std::string> path_;
  std::vector<enclosing> enclosing_;
  std::size_t containers_ = 0;
};

// Saturating, with room for the sum of two.
constexpr std::uint64_t most = 1ull << 62;
std::uint64_t add(std::uint64_t a, std::uint64_t b) { return std::min(most, a + b); }
std::uint64_t times(std::uint64_t a, std::uint64_t b) { return b != 0 && a > most / b ? most : a * b; }

std::uint64_t least_bytes(const std::vector<schema_node>& nodes, const schema_node& node) {
  const auto of = [&](std::uint32_t i) { return nodes[i].least_bytes; };
  std::uint64_t sum = 0;
  switch (node.kind) {
    case shape::boolean:
    case shape::i8:
    case shape::u8:
    case shape::character:
    case shape::optional:
    case shape::pointer:
      return 1;
    case shape::i16:
    case shape::u16:
      return 2;
    case shape::i32:
    case shape::u32:
    case shape::f32:
      return 4;
    case shape::i64:
    case shape::u64:
    case shape::f64:
    case shape::string:
    case shape::list:
    case shape::set:
    case shape::map:
      return 8;
    case shape::monostate:
    case shape::opaque:
      return 0;
    case shape::enumeration:
    case shape::reference:
      return of(node.parts[0]);
    case shape::array:
      return times(of(node.parts[0]), node.size);
    case shape::variant:
      sum = most;
      for (const auto i : node.parts) sum = std::min(sum, of(i));
      return add(sum, 4);
    case shape::tuple:
    case shape::structure:
      for (const auto i : node.parts) sum = add(sum, of(i));
      return add(sum, node.version ? 4 : 0);
  }
  return 0;
}

}  // namespace

outcome<schema> parse_schema(std::string_view text) {
  if (text.size() > max_schema_bytes)
    return error{"bad_schema", "schema of " + std::to_string(text.size()) + " bytes; at most " +
                                   std::to_string(max_schema_bytes) + " are read"};
  auto document = parse_json(text);
  if (!document) return error{"bad_schema", "schema: " + document.failure().text};
  parser reader;
  if (!reader.parse(*document)) return std::move(reader.failure);
  // Children stand after their parents. References look backwards, so that a second pass sees what the first could not; both give
  // lower bounds.
  for (int pass = 0; pass < 2; ++pass)
    for (auto it = reader.nodes.rbegin(); it != reader.nodes.rend(); ++it)
      it->least_bytes = least_bytes(reader.nodes, *it);
  return schema{std::string(text), fnv1a_64(text), std::move(reader.nodes)};
}

}  // namespace patchbay::message
