// A difference in words and as JSON.
#include "release/plan/names.hpp"
#include "release/plan/release_difference.hpp"

namespace patchbay::release {
namespace {

constexpr std::size_t short_id = 12;

// `a -> b`, or one of both where they are equal or the other is missing.
std::string arrow(const std::string& from, const std::string& to) {
  if (from == to || to.empty()) return from;
  return from.empty() ? to : from + " -> " + to;
}

void add_names(std::string& out, const std::string& what, const names_difference& names) {
  if (names.empty()) return;
  std::vector<std::string> words;
  for (const auto& each : names.added) words.push_back("+" + each);
  for (const auto& each : names.removed) words.push_back("-" + each);
  for (const auto& each : names.changed) words.push_back(each + " changed");
  out += what + ": " + join(words) + "\n";
}

void add_messages(std::string& out, const char* what, const std::vector<message_difference>& messages) {
  for (const auto& each : messages) {
    out += std::string("    ") + what + word(each.kind) + ": " + each.message;
    const bool changed = each.kind == difference_kind::changed;
    std::vector<std::string> parts;
    if (!each.request.empty()) parts.push_back((changed ? "request: " : "") + join(each.request));
    if (!each.reply.empty()) parts.push_back((changed ? "reply: " : "reply ") + join(each.reply));
    if (!parts.empty()) out += " (" + join(parts, "; ") + ")";
    out += "\n";
  }
}

void add(std::string& out, const module_difference& module) {
  out += "  " + module.module + ": " + word(module.kind);
  if (module.kind == difference_kind::equal) {
    out += "\n";
    return;
  }
  out += ", " + arrow(module.from_behaviour, module.to_behaviour);
  const auto version = [](std::uint32_t of) { return of == 0 ? std::string() : std::to_string(of); };
  const auto versions = arrow(version(module.from_version), version(module.to_version));
  if (!versions.empty()) out += ", state version " + versions;
  const bool both = module.kind == difference_kind::changed;
  out += both && module.state.empty() && !versions.empty() ? ", same schema\n" : "\n";
  for (const auto& line : module.state) out += (both ? "    " : "    state ") + line + "\n";
  add_names(out, "    code_change", module.code_changes);
  add_messages(out, "", module.messages);
  add_messages(out, "import ", module.imports);
  if (!module.also.empty()) out += "    also differs: " + join(module.also) + "\n";
}

void add(std::string& out, const application_difference& of) {
  out += of.application + ": " + word(of.kind) + ", " + arrow(of.from_version, of.to_version);
  const auto id = of.to_build_id.substr(0, short_id);
  const auto old = of.from_build_id.substr(0, short_id);
  out += ", build-id " + (of.kind == difference_kind::changed && of.from_build_id != of.to_build_id ? old + " -> " + id
                                                                                                    : arrow(old, id));
  out += "\n";
  if (of.kind == difference_kind::equal) return;
  if (of.from_type != of.to_type) out += "  start type: " + arrow(of.from_type, of.to_type) + "\n";
  add_names(out, "  env", of.env);
  add_names(out, "  applications", of.applications);
  add_names(out, "  optional_applications", of.optional_applications);
  add_names(out, "  included_applications", of.included_applications);
  add_names(out, "  registered", of.registered);
  if (!of.also.empty()) out += "  also differs: " + join(of.also) + "\n";
  for (const auto& module : of.modules) add(out, module);
}

json to_json(const names_difference& names) {
  return {{"added", names.added}, {"removed", names.removed}, {"changed", names.changed}};
}

json to_json(const std::vector<message_difference>& messages) {
  auto out = json::array();
  for (const auto& each : messages) {
    out.push_back(
        {{"difference", word(each.kind)}, {"message", each.message}, {"request", each.request}, {"reply", each.reply}});
  }
  return out;
}

json to_json(const module_difference& module) {
  return {{"module", module.module},
          {"difference", word(module.kind)},
          {"from_behaviour", module.from_behaviour},
          {"to_behaviour", module.to_behaviour},
          {"from_version", module.from_version},
          {"to_version", module.to_version},
          {"state", module.state},
          {"messages", to_json(module.messages)},
          {"imports", to_json(module.imports)},
          {"code_changes", to_json(module.code_changes)},
          {"also", module.also}};
}

json to_json(const application_difference& of) {
  auto modules = json::array();
  for (const auto& module : of.modules) modules.push_back(to_json(module));
  return {{"application", of.application},
          {"difference", word(of.kind)},
          {"from_version", of.from_version},
          {"to_version", of.to_version},
          {"from_build_id", of.from_build_id},
          {"to_build_id", of.to_build_id},
          {"from_type", of.from_type},
          {"to_type", of.to_type},
          {"env", to_json(of.env)},
          {"applications", to_json(of.applications)},
          {"optional_applications", to_json(of.optional_applications)},
          {"included_applications", to_json(of.included_applications)},
          {"registered", to_json(of.registered)},
          {"also", of.also},
          {"modules", std::move(modules)}};
}

}  // namespace

const char* word(difference_kind kind) {
  switch (kind) {
    case difference_kind::equal:
      return "equal";
    case difference_kind::changed:
      return "changed";
    case difference_kind::added:
      return "added";
    case difference_kind::removed:
      return "removed";
  }
  return "";
}

std::string describe(const release_difference& difference) {
  auto out = difference.from + " -> " + difference.to + "\n";
  for (const auto& each : difference.applications) add(out, each);
  if (difference.equal()) out += "no application differs\n";
  return out;
}

json to_json(const release_difference& difference) {
  auto applications = json::array();
  for (const auto& each : difference.applications) applications.push_back(to_json(each));
  return {{"from", difference.from},
          {"to", difference.to},
          {"equal", difference.equal()},
          {"applications", std::move(applications)}};
}

}  // namespace patchbay::release
