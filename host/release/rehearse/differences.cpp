#include "release/rehearse/differences.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "message/codec.hpp"

namespace patchbay::release {
namespace {

using message::schema;
using nlohmann::json;

/// As the planner has it: a lossy field covers what lies in it.
bool covered(const std::string& path, const std::vector<std::string>& lossy) {
  return std::any_of(lossy.begin(), lossy.end(), [&](const std::string& field) {
    return path.starts_with(field) &&
           (path.size() == field.size() || path[field.size()] == '.' || path[field.size()] == '[');
  });
}

std::string shown(const json& value) {
  const std::string text = value.dump(-1, ' ', false, json::error_handler_t::replace);
  return text.size() > 120 ? text.substr(0, 120) + "…" : text;
}

/// Field by field; places in lists by number.
void compare(const json& before, const json& after, const std::string& path, const std::vector<std::string>& lossy,
             std::vector<std::string>& found) {
  if (before == after || covered(path, lossy)) return;
  if (before.is_object() && after.is_object()) {
    for (const auto& [key, held] : before.items()) {
      if (after.contains(key)) compare(held, after[key], path.empty() ? key : path + '.' + key, lossy, found);
    }
    if (before.size() == after.size() && std::all_of(before.items().begin(), before.items().end(),
                                                     [&](const auto& each) { return after.contains(each.key()); })) {
      return;
    }
  } else if (before.is_array() && after.is_array() && before.size() == after.size()) {
    for (std::size_t i = 0; i < before.size(); ++i) {
      compare(before[i], after[i], path + '[' + std::to_string(i) + ']', lossy, found);
    }
    return;
  }
  found.push_back((path.empty() ? "the state" : path) + ": " + shown(before) + " became " + shown(after));
}

}  // namespace

bool is_opaque(const schema& as) {
  return std::any_of(as.nodes.begin(), as.nodes.end(),
                     [](const message::schema_node& node) { return node.kind == message::shape::opaque; });
}

std::optional<std::vector<std::string>> differences(const schema& as, std::string_view before, std::string_view after,
                                                    const std::vector<std::string>& lossy) {
  using texts = std::vector<std::string>;
  if (before == after) return texts();
  if (is_opaque(as)) return std::nullopt;
  const auto was = message::canonical(as, before);
  const auto is = message::canonical(as, after);
  if (!was || !is) return texts{"what code_change made does not fit its schema"};
  if (*was == *is) return texts();
  const auto was_shown = message::binary_to_json(as, *was);
  const auto is_shown = message::binary_to_json(as, *is);
  if (!was_shown || !is_shown) return texts{"what code_change made cannot be shown"};
  texts found;
  compare(*was_shown, *is_shown, {}, lossy, found);
  return found;
}

}  // namespace patchbay::release
