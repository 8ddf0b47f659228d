#include "release/plan/release_difference.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "code/facts/words.hpp"
#include "release/plan/plan.hpp"
#include "release/plan/schema_words.hpp"
#include "release/plan/words.hpp"

namespace patchbay::release {
namespace {

using code::message_facts;
using code::migration_facts;
using code::module_facts;
using code::type_facts;

names_difference differ(const std::map<std::string, json>& from, const std::map<std::string, json>& to) {
  names_difference out;
  for (const auto& [name, value] : to) {
    const auto old = from.find(name);
    if (old == from.end()) {
      out.added.push_back(name);
    } else if (old->second != value) {
      out.changed.push_back(name);
    }
  }
  for (const auto& [name, value] : from) {
    if (!to.contains(name)) out.removed.push_back(name);
  }
  return out;
}

names_difference differ(const std::vector<std::string>& from, const std::vector<std::string>& to) {
  const auto as_map = [](const std::vector<std::string>& names) {
    std::map<std::string, json> out;
    for (const auto& name : names) out.emplace(name, nullptr);
    return out;
  };
  return differ(as_map(from), as_map(to));
}

names_difference differ_env(const json& from, const json& to) {
  return differ(from.get<std::map<std::string, json>>(), to.get<std::map<std::string, json>>());
}

names_difference differ(const std::vector<migration_facts>& from, const std::vector<migration_facts>& to) {
  const auto as_map = [](const std::vector<migration_facts>& migrations) {
    std::map<std::string, json> out;
    for (const auto& each : migrations) {
      const auto* ways = each.up && each.down ? "up and down" : each.up ? "up only" : "down only";
      out.emplace("from state version " + std::to_string(each.version) + ", " + ways, each.old_state.schema);
    }
    return out;
  };
  return differ(as_map(from), as_map(to));
}

std::string label(const message_facts& message) {
  const auto kind = code::kind_word(message.kind);
  return std::string(kind.empty() ? "message" : kind) + (message.type.name.empty() ? "" : " " + message.type.name);
}

const message_facts* find(const std::vector<message_facts>& messages, const message_facts& like) {
  const auto at =
      std::find_if(messages.begin(), messages.end(), [&](const auto& each) { return label(each) == label(like); });
  return at == messages.end() ? nullptr : &*at;
}

std::vector<std::string> shape(const type_facts& type) {
  if (type.schema.empty()) return {};
  return {schema_in_words(type.schema)};
}

message_difference whole(difference_kind kind, const message_facts& message) {
  return {kind, label(message), shape(message.type), shape(message.reply)};
}

std::vector<message_difference> differ(const std::vector<message_facts>& from, const std::vector<message_facts>& to) {
  std::vector<message_difference> out;
  for (const auto& message : to) {
    const auto* old = find(from, message);
    if (old == nullptr) {
      out.push_back(whole(difference_kind::added, message));
      continue;
    }
    message_difference changed{difference_kind::changed, label(message),
                               schema_difference(old->type.schema, message.type.schema),
                               schema_difference(old->reply.schema, message.reply.schema)};
    if (!changed.request.empty() || !changed.reply.empty()) out.push_back(std::move(changed));
  }
  for (const auto& message : from) {
    if (find(to, message) == nullptr) out.push_back(whole(difference_kind::removed, message));
  }
  return out;
}

// Of what both have: neither schemas nor names, which are told of elsewhere.
struct memory_difference {
  bool layout = false;
  bool flags = false;
  void compare(const type_facts& from, const type_facts& to) {
    if (from.schema == to.schema) layout = layout || from.layout != to.layout;
    flags = flags || from.flags != to.flags;
  }
  void compare(const std::vector<message_facts>& from, const std::vector<message_facts>& to) {
    for (const auto& message : to) {
      const auto* old = find(from, message);
      if (old == nullptr) continue;
      compare(old->type, message.type);
      compare(old->reply, message.reply);
    }
  }
};

std::vector<std::string> also(const module_facts& from, const module_facts& to) {
  std::vector<std::string> out;
  if (from.status.name != to.status.name || from.status.schema != to.status.schema) out.emplace_back("status");
  memory_difference memory;
  memory.compare(from.state, to.state);
  memory.compare(from.messages, to.messages);
  memory.compare(from.imports, to.imports);
  if (memory.layout) out.emplace_back("layout");
  if (memory.flags) out.emplace_back("flags");
  return out;
}

module_difference differ(const module_facts* from, const module_facts* to) {
  // What is not there has nothing: each list of the other is then added or removed whole.
  const module_facts none;
  const auto& a = from == nullptr ? none : *from;
  const auto& b = to == nullptr ? none : *to;
  module_difference out;
  out.module = from == nullptr ? b.name : a.name;
  out.kind = from == nullptr ? difference_kind::added
             : to == nullptr ? difference_kind::removed
             : a == b        ? difference_kind::equal
                             : difference_kind::changed;
  out.from_behaviour = code::behaviour_word(a.behaviour);
  out.to_behaviour = code::behaviour_word(b.behaviour);
  out.from_version = a.state.version;
  out.to_version = b.state.version;
  if (from != nullptr && to != nullptr) {
    out.state = schema_difference(a.state.schema, b.state.schema);
    out.also = also(a, b);
  } else {
    out.state = shape(from == nullptr ? b.state : a.state);
  }
  out.messages = differ(a.messages, b.messages);
  out.imports = differ(a.imports, b.imports);
  out.code_changes = differ(a.migrations, b.migrations);
  return out;
}

// In the order of an app file's keys; what cannot be given by names alone.
std::vector<std::string> also(const application_view& from, const application_view& to) {
  std::vector<std::string> out;
  const auto note = [&](bool differs, const char* what) {
    if (differs) out.emplace_back(what);
  };
  note(from.app.description != to.app.description, "description");
  note(from.app.mod_module != to.app.mod_module || from.app.mod_args != to.app.mod_args, "mod");
  note(from.app.start_phases != to.app.start_phases, "start_phases");
  note(from.app.max_t != to.app.max_t, "maxT");
  note(from.app.globals != to.app.globals, "globals");
  // Of another version it always differs.
  note(from.app.vsn == to.app.vsn && from.appup != to.appup, "appup");
  note(from.facts.abi_major != to.facts.abi_major || from.facts.abi_minor != to.facts.abi_minor, "abi");
  note(from.facts.capabilities_required != to.facts.capabilities_required, "capabilities");
  note(from.facts.toolchain != to.facts.toolchain, "toolchain");
  note(from.facts.build_id == to.facts.build_id && from.facts.sha256 != to.facts.sha256, "library");
  return out;
}

bool equal(const application_difference& of) {
  return of.from_version == of.to_version && of.from_build_id == of.to_build_id && of.from_type == of.to_type &&
         of.env.empty() && of.applications.empty() && of.optional_applications.empty() &&
         of.included_applications.empty() && of.registered.empty() && of.also.empty() &&
         std::all_of(of.modules.begin(), of.modules.end(),
                     [](const auto& module) { return module.kind == difference_kind::equal; });
}

application_difference differ(const application_view* from, const application_view* to) {
  const application_view none;
  const auto& a = from == nullptr ? none : *from;
  const auto& b = to == nullptr ? none : *to;
  application_difference out;
  out.application = from == nullptr ? b.app.name : a.app.name;
  out.from_version = a.app.vsn;
  out.to_version = b.app.vsn;
  out.from_build_id = a.facts.build_id;
  out.to_build_id = b.facts.build_id;
  if (from != nullptr) out.from_type = word(a.type);
  if (to != nullptr) out.to_type = word(b.type);
  out.env = differ_env(a.env, b.env);
  out.applications = differ(a.app.applications, b.app.applications);
  out.optional_applications = differ(a.app.optional_applications, b.app.optional_applications);
  out.included_applications = differ(a.app.included_applications, b.app.included_applications);
  out.registered = differ(a.app.registered, b.app.registered);
  if (from != nullptr && to != nullptr) out.also = also(a, b);
  for (const auto& module : b.facts.modules) out.modules.push_back(differ(a.facts.find(module.name), &module));
  for (const auto& module : a.facts.modules) {
    if (b.facts.find(module.name) == nullptr) out.modules.push_back(differ(&module, nullptr));
  }
  out.kind = from == nullptr ? difference_kind::added
             : to == nullptr ? difference_kind::removed
             : equal(out)    ? difference_kind::equal
                             : difference_kind::changed;
  return out;
}

}  // namespace

bool release_difference::equal() const {
  return std::all_of(applications.begin(), applications.end(),
                     [](const auto& each) { return each.kind == difference_kind::equal; });
}

release_difference compare(const release_view& from, const release_view& to) {
  release_difference out{from.id(), to.id(), {}};
  for (const auto& view : to.applications) out.applications.push_back(differ(from.find(view.app.name), &view));
  for (const auto& view : from.applications) {
    if (to.find(view.app.name) == nullptr) out.applications.push_back(differ(&view, nullptr));
  }
  return out;
}

}  // namespace patchbay::release
