// Walks two schemas (sdk/abi/schema.md) side by side.
#include <algorithm>
#include <cstddef>
#include <utility>

#include "release/plan/names.hpp"
#include "release/plan/plan.hpp"
#include "release/plan/schema_words.hpp"

namespace patchbay::release {
namespace {

// Deeper than any type that a compiler would take with the SDK's templates; bounds the recursion on hostile text.
constexpr std::size_t deepest = 64;

// What a wrapper schema is called and which of its members is the element.
constexpr std::pair<const char*, const char*> wrappers[] = {{"list", "list of "},
                                                            {"set", "set of "},
                                                            {"array", "array of "},
                                                            {"optional", "optional "},
                                                            {"pointer", "pointer to "}};

std::string in_words(const json& schema, std::size_t depth);

std::string in_words(const json& parts, std::size_t depth, const char* open, const char* close) {
  std::string text = open;
  for (std::size_t i = 0; i < parts.size(); ++i) text += (i == 0 ? "" : ", ") + in_words(parts[i], depth + 1);
  return text + close;
}

bool is_struct(const json& schema) {
  return schema.is_object() && schema.contains("struct") && schema["struct"].is_array();
}
bool is_field(const json& field) { return field.is_array() && field.size() == 2 && field[0].is_string(); }

// A schema as a person would say it: `map of string to list of i64`.
std::string in_words(const json& schema, std::size_t depth) {
  if (depth > deepest) return "…";
  if (schema.is_string()) return schema.get<std::string>();
  if (!schema.is_object()) return schema.dump();
  if (is_struct(schema)) {
    std::string text;
    for (const auto& field : schema["struct"]) {
      text += text.empty() ? "" : ", ";
      text += is_field(field) ? field[0].get<std::string>() + ": " + in_words(field[1], depth + 1) : field.dump();
    }
    return "{" + text + "}";
  }
  const std::string prefix = std::string(schema.value("unordered", json(false)) == true ? "unordered " : "") +
                             (schema.value("multi", json(false)) == true ? "multi" : "");
  for (const auto& [key, words] : wrappers) {
    if (!schema.contains(key)) continue;
    const auto size = schema.contains("size") ? schema["size"].dump() + " " : std::string();
    return prefix + (size.empty() ? words : "array of " + size) + in_words(schema[key], depth + 1);
  }
  if (schema.contains("map") && schema["map"].is_array() && schema["map"].size() == 2) {
    return prefix + "map of " + in_words(schema["map"][0], depth + 1) + " to " + in_words(schema["map"][1], depth + 1);
  }
  if (schema.contains("variant")) return in_words(schema["variant"], depth, "variant of (", ")");
  if (schema.contains("tuple")) return in_words(schema["tuple"], depth, "(", ")");
  if (schema.contains("enum") && schema["enum"].is_string()) return "enum over " + schema["enum"].get<std::string>();
  if (schema.contains("opaque") && schema["opaque"].is_string()) return "opaque " + schema["opaque"].get<std::string>();
  if (schema.contains("ref")) return "the enclosing struct " + schema["ref"].dump();
  return schema.dump();
}

class walk {
 public:
  void compare(const std::string& path, const json& from, const json& to, std::size_t depth) {
    if (from == to) return;
    if (depth > deepest) return say(path, "nested deeper than " + std::to_string(deepest) + " levels, not compared");
    if (is_struct(from) && is_struct(to)) return structs(path, from, to, depth);
    if (from.is_object() && to.is_object()) {
      for (const auto& [key, words] : wrappers) {
        if (same_but(key, from, to)) return compare(path + element(key), from[key], to[key], depth + 1);
      }
      if (same_but("map", from, to) && parts(path, "map", {"[key]", "[value]"}, from, to, depth)) return;
      if (same_but("tuple", from, to) && parts(path, "tuple", {}, from, to, depth)) return;
      if (same_but("variant", from, to) && parts(path, "variant", {}, from, to, depth)) return;
    }
    say(path, in_words(from, depth) + " -> " + in_words(to, depth));
    loss.room.push_back(path.empty() ? "the whole" : path);
  }
  std::vector<std::string> found;
  schema_loss loss;

 private:
  static std::string element(std::string_view key) { return key == "optional" || key == "pointer" ? "" : "[]"; }

  // Both hold `key`, and all their other members are equal.
  static bool same_but(const std::string& key, const json& from, const json& to) {
    if (!from.contains(key) || !to.contains(key)) return false;
    json a = from;
    json b = to;
    a.erase(key);
    b.erase(key);
    return a == b;
  }

  bool parts(const std::string& path, const char* key, const std::vector<std::string>& names, const json& from,
             const json& to, std::size_t depth) {
    const auto& a = from[key];
    const auto& b = to[key];
    if (!a.is_array() || !b.is_array() || a.size() != b.size() || (!names.empty() && names.size() != a.size()))
      return false;
    for (std::size_t i = 0; i < a.size(); ++i) {
      compare(path + (names.empty() ? "[" + std::to_string(i) + "]" : names[i]), a[i], b[i], depth + 1);
    }
    return true;
  }

  void structs(const std::string& path, const json& from, const json& to, std::size_t depth) {
    const auto before = found.size();
    const auto class_version = [](const json& schema) {
      return schema.contains("version") ? schema["version"].dump() : "none";
    };
    if (class_version(from) != class_version(to)) {
      say(path, "class version " + class_version(from) + " -> " + class_version(to));
    }
    const auto old_fields = fields(path, from["struct"]);
    const auto new_fields = fields(path, to["struct"]);
    std::vector<std::string> kept_in_old;
    std::vector<std::string> kept_in_new;
    for (const auto& [name, schema] : old_fields) {
      if (const auto* other = find(new_fields, name)) {
        kept_in_old.push_back(name);
        compare(below(path, name), *schema, *other, depth + 1);
      } else {
        found.push_back("-" + below(path, name) + ": " + in_words(*schema, depth));
        loss.fields.push_back(below(path, name));
      }
    }
    for (const auto& [name, schema] : new_fields) {
      if (find(old_fields, name) != nullptr) {
        kept_in_new.push_back(name);
      } else {
        found.push_back("+" + below(path, name) + ": " + in_words(*schema, depth));
        loss.room.push_back(below(path, name));
      }
    }
    if (kept_in_old != kept_in_new) found.push_back(path.empty() ? "order changed" : path + ": order changed");
    // Two structs that differ in nothing named above differ in members that schema.md does not know.
    if (found.size() == before) say(path, from.dump() + " -> " + to.dump());
  }

  using field_list = std::vector<std::pair<std::string, const json*>>;
  field_list fields(const std::string& path, const json& list) {
    field_list out;
    for (const auto& field : list) {
      if (!is_field(field)) {
        say(path, "not a field: " + field.dump());
      } else {
        out.emplace_back(field[0].get<std::string>(), &field[1]);
      }
    }
    return out;
  }
  static const json* find(const field_list& list, const std::string& name) {
    const auto at = std::find_if(list.begin(), list.end(), [&](const auto& field) { return field.first == name; });
    return at == list.end() ? nullptr : at->second;
  }

  static std::string below(const std::string& path, const std::string& name) {
    return path.empty() ? name : path + "." + name;
  }
  void say(const std::string& path, const std::string& what) {
    found.push_back((path.empty() ? "the whole" : path) + ": " + what);
  }
};

// Brackets in the text, before any parser or comparison recurses over it.
std::size_t depth_of(std::string_view text) {
  std::size_t depth = 0;
  std::size_t most = 0;
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted && c == '\\') {
      ++i;
    } else if (c == '"') {
      quoted = !quoted;
    } else if (!quoted && (c == '[' || c == '{')) {
      most = std::max(most, ++depth);
    } else if (!quoted && (c == ']' || c == '}') && depth > 0) {
      --depth;
    }
  }
  return most;
}

struct parsed {
  json schema;
  std::string wrong;  // empty: usable
};
parsed parse(std::string_view text, const char* which) {
  // Each level of a type is at most three brackets: an object, its list of fields, a field.
  if (depth_of(text) > 3 * deepest)
    return {{}, std::string("the ") + which + " schema is nested too deeply to be compared"};
  auto schema = json::parse(text, nullptr, false);
  if (!schema.is_discarded()) return {std::move(schema), {}};
  return {{}, std::string("the ") + which + " schema is not JSON: " + std::string(text.substr(0, 80))};
}

}  // namespace

json parse_schema(std::string_view text) { return parse(text, "").schema; }

std::string in_words(const json& schema) { return in_words(schema, 0); }

std::string schema_in_words(std::string_view text) {
  const auto parsed = parse(text, "");
  return parsed.wrong.empty() ? in_words(parsed.schema) : std::string(text);
}

std::vector<std::string> schema_difference(std::string_view from, std::string_view to) {
  if (from == to) return {};
  const auto a = parse(from, "first");
  const auto b = parse(to, "second");
  walk both;
  for (const auto* side : {&a, &b}) {
    if (!side->wrong.empty()) both.found.push_back(side->wrong);
  }
  if (both.found.empty()) both.compare("", a.schema, b.schema, 0);
  if (both.found.empty())
    both.found.emplace_back("the schemas' texts differ, their shapes do not; build both with the same SDK");
  return both.found;
}

schema_loss lost_between(std::string_view from, std::string_view to) {
  const auto a = parse(from, "first");
  const auto b = parse(to, "second");
  walk both;
  if (a.wrong.empty() && b.wrong.empty()) both.compare("", a.schema, b.schema, 0);
  return std::move(both.loss);
}

}  // namespace patchbay::release
