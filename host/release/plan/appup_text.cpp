// A draft of an appup as TOML.
#include <string_view>

#include "release/plan/appup_draft.hpp"
#include "release/plan/names.hpp"
#include "release/plan/words.hpp"

namespace patchbay::release {
namespace {

// Names of fields come from facts files: whatever they hold, a comment ends with its line.
std::string comment(std::string line) {
  for (auto& c : line) {
    const auto code = static_cast<unsigned char>(c);
    if (code < 0x20 || code == 0x7f) c = '?';
  }
  return line.empty() ? "#\n" : "# " + line + "\n";
}

// JSON's strings are TOML's, but for one character that only TOML wants escaped.
std::string quoted(const std::string& text) {
  auto out = json(text).dump(-1, ' ', false, json::error_handler_t::replace);
  for (auto at = out.find('\x7f'); at != std::string::npos; at = out.find('\x7f', at)) out.replace(at, 1, "\\u007f");
  return out;
}

std::string to_toml(const instruction& of) {
  auto out = std::string("  { ") + word(of.kind) + " = " + quoted(of.module);
  if (of.change == change_kind::advanced) out += ", change = \"advanced\"";
  if (!of.lossy.empty()) {
    std::vector<std::string> names;
    for (const auto& field : of.lossy) names.push_back(quoted(field));
    out += ", lossy = [" + join(names) + "]";
  }
  return out + " },\n";
}

std::string to_toml(const appup_file::entry& entry, const char* way, const std::string& other) {
  auto out = std::string("\n[[") + way + "]]\n" + other + " = " + quoted(entry.other) + "\ninstructions = [\n";
  for (const auto& each : entry.instructions) out += to_toml(each);
  return out + "]\n";
}

}  // namespace

std::string to_toml(const appup_draft& draft) {
  const auto& older = draft.appup.up.front().other;
  auto out = comment(draft.application + " " + older + " -> " + draft.appup.vsn +
                     " and back, drafted by `relup appup` from build-ids and schemas: read it before you use it.");
  for (const auto& entry : draft.left_out)
    out += comment("Not in here: the entry " + entry + " that the appup of " + draft.appup.vsn + " has.");
  for (const auto& note : draft.notes) {
    out += "#\n";
    std::string head = note.to_do ? "TO DO: " : "";
    for (const auto& line : note.lines) {
      out += comment(head + line);
      head.clear();
    }
  }
  out += "vsn = " + quoted(draft.appup.vsn) + "\n";
  for (const auto& entry : draft.appup.up) out += to_toml(entry, "up", entry.is_pattern ? "from_pattern" : "from");
  for (const auto& entry : draft.appup.down) out += to_toml(entry, "down", entry.is_pattern ? "to_pattern" : "to");
  return out;
}

}  // namespace patchbay::release
