#include "release/plan/code_skeleton.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include <nlohmann/json.hpp>

#include "release/plan/schema_words.hpp"

namespace patchbay::release {
namespace {

using nlohmann::json;
using lines = std::vector<std::string>;

constexpr std::array<std::pair<std::string_view, std::string_view>, 13> scalars{{{"bool", "bool"},
                                                                                 {"i8", "std::int8_t"},
                                                                                 {"i16", "std::int16_t"},
                                                                                 {"i32", "std::int32_t"},
                                                                                 {"i64", "std::int64_t"},
                                                                                 {"u8", "std::uint8_t"},
                                                                                 {"u16", "std::uint16_t"},
                                                                                 {"u32", "std::uint32_t"},
                                                                                 {"u64", "std::uint64_t"},
                                                                                 {"f32", "float"},
                                                                                 {"f64", "double"},
                                                                                 {"char", "char"},
                                                                                 {"string", "std::string"}}};

// The type that most likely has this schema; none where only its author knows what it is called. parse_schema has bounded the depth.
std::optional<std::string> type_of(const json& schema) {
  if (schema.is_string()) {
    const auto name = schema.get<std::string>();
    const auto* at = std::find_if(scalars.begin(), scalars.end(), [&](const auto& each) { return each.first == name; });
    return at == scalars.end() ? std::nullopt : std::optional<std::string>(at->second);
  }
  if (!schema.is_object() || schema.size() != 1) return std::nullopt;
  for (const auto& [key, words] : {std::pair{"list", "std::vector<"}, std::pair{"optional", "std::optional<"}}) {
    if (!schema.contains(key)) continue;
    const auto element = type_of(schema[key]);
    return element ? std::optional(words + *element + ">") : std::nullopt;
  }
  if (!schema.contains("map") || !schema["map"].is_array() || schema["map"].size() != 2) return std::nullopt;
  const auto key = type_of(schema["map"][0]);
  const auto value = type_of(schema["map"][1]);
  return key && value ? std::optional("std::map<" + *key + ", " + *value + ">") : std::nullopt;
}

struct field {
  std::string name;
  json schema;
};
std::vector<field> fields_of(const json& schema) {
  std::vector<field> out;
  if (!schema.is_object() || !schema.contains("struct") || !schema["struct"].is_array()) return out;
  for (const auto& each : schema["struct"]) {
    if (each.is_array() && each.size() == 2 && each[0].is_string())
      out.push_back({each[0].get<std::string>(), each[1]});
  }
  return out;
}

const field* find(const std::vector<field>& fields, const std::string& name) {
  const auto at = std::find_if(fields.begin(), fields.end(), [&](const auto& each) { return each.name == name; });
  return at == fields.end() ? nullptr : &*at;
}

void declare(lines& out, const std::string& name, const json& schema, const std::string& older) {
  const auto fields = fields_of(schema);
  out.push_back("struct " + name + " {  // as " + older + " declares it: copy that one, unchanged");
  std::string serialized;
  for (const auto& each : fields) {
    const auto type = type_of(each.schema);
    out.push_back("  " + (type ? *type : "/* " + in_words(each.schema) + " */") + " " + each.name + "{};");
    serialized += (serialized.empty() ? "" : ", ") + ("PATCHBAY_FIELD(" + each.name + ")");
  }
  if (fields.empty()) out.push_back("  // " + in_words(schema));
  if (!fields.empty()) out.push_back("  void serialize(auto& ar) { ar(" + serialized + "); }");
  out.emplace_back("};");
}

// A value of `to`, field by field, from one of `from` that is called `source`.
void fill(lines& out, const json& from, const json& to, const std::string& source, const std::string& indent) {
  const auto left = fields_of(from);
  const auto reached = fields_of(to);
  for (const auto& each : reached) {
    const auto* old = find(left, each.name);
    const auto begin = indent + "." + each.name + " = ";
    if (old != nullptr && old->schema == each.schema) {
      out.push_back(begin + source + each.name + ",");
    } else if (old != nullptr) {
      out.push_back(begin + "{},  // " + in_words(old->schema) + " -> " + in_words(each.schema) + ": from " + source +
                    each.name);
    } else {
      out.push_back(begin + "{},  // gained: " + in_words(each.schema));
    }
  }
  for (const auto& each : left) {
    if (find(reached, each.name) == nullptr)
      out.push_back(indent + "// lost: " + source + each.name + ", " + in_words(each.schema));
  }
  if (left.empty() || reached.empty())
    out.push_back(indent + "// " + in_words(from) + " -> " + in_words(to) + ": from " + source);
}

json part(const json& schema, const char* name) {
  const auto fields = fields_of(schema);
  const auto* found = find(fields, name);
  return found == nullptr ? json() : found->schema;
}

// What the body of one code_change is made of.
struct change {
  std::string head;
  std::string source;  ///< `old`, `now`
  std::string enumerator;
};

void add(lines& out, const change& of, bool statem, const json& from, const json& to) {
  out.push_back(of.head + " {");
  if (statem) {
    const auto from_data = part(from, "data");
    const auto to_data = part(to, "data");
    out.push_back("  return {" + of.enumerator + ", {");
    fill(out, from_data, to_data, of.source + ".data.", "    ");
    out.emplace_back("  }};");
  } else {
    out.emplace_back("  return {");
    fill(out, from, to, of.source + ".", "    ");
    out.emplace_back("  };");
  }
  out.emplace_back("}");
}

}  // namespace

std::vector<std::string> code_skeleton(const code::module_facts& from, const code::module_facts& to,
                                       const std::string& older, const code::migration_facts* has) {
  lines out;
  const auto before = parse_schema(from.state.schema);
  const auto after = parse_schema(to.state.schema);
  const bool statem = to.behaviour == PB_BEHAVIOUR_GEN_STATEM;
  const auto version = std::to_string(from.state.version);
  const auto old_state = "state_v" + version;
  const std::string state = statem ? "patchbay::state_and_data<state, data>" : "state";
  if (has == nullptr) {
    if (statem) {
      out.push_back("enum class old_state { /* … */ };  // as " + older + " has them");
      declare(out, "old_data", part(before, "data"), older);
      out.push_back("using " + old_state + " = patchbay::state_and_data<old_state, old_data>;");
    } else {
      declare(out, old_state, before, older);
    }
  }
  if (has == nullptr || !has->up) {
    add(out,
        {"static " + state + " code_change(patchbay::upgrade<" + version + ">, const " + old_state + "& old)", "old",
         "state{} /* from old.state */"},
        statem, before, after);
  }
  if (has == nullptr || !has->down) {
    add(out,
        {"static " + old_state + " code_change(patchbay::downgrade<" + version + ">, const " + state + "& now)", "now",
         "old_state{} /* from now.state */"},
        statem, after, before);
  }
  return out;
}

}  // namespace patchbay::release
