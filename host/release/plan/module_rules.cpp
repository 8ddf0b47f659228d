#include "release/plan/module_rules.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "release/plan/message_rules.hpp"
#include "release/plan/names.hpp"
#include "release/plan/words.hpp"

namespace patchbay::release {
namespace {

using code::module_facts;

std::string version_of(const application_view& view) { return view.app.name + " " + view.app.vsn; }

// Both versions of one module, and where the words for errors come from.
struct module_pair {
  const application_step& step;
  const module_facts& from;
  const module_facts& to;

  [[nodiscard]] const module_facts& older() const { return step.way == direction::up ? from : to; }
  [[nodiscard]] const module_facts& newer() const { return step.way == direction::up ? to : from; }
  /// `sequence 2.0.0: sequence_server: ` for the plugin that has to be mended.
  [[nodiscard]] std::string where() const { return version_of(step.newer()) + ": " + newer().name + ": "; }
  [[nodiscard]] std::string appup() const { return appup(step.way); }
  [[nodiscard]] std::string appup(direction way) const {
    return step.newer().app.name + ".appup.toml of " + step.newer().app.vsn + " (" +
           (way == direction::up ? "up from " : "down to ") + step.older().app.vsn + ")";
  }
};

bool is_supervisor(const module_facts& module) { return module.behaviour == PB_BEHAVIOUR_SUPERVISOR; }
/// A callback module of an application: no process runs it.
bool is_application(const module_facts& module) { return module.behaviour == PB_BEHAVIOUR_APPLICATION; }
bool has_state(const module_facts& module) { return !is_supervisor(module) && !is_application(module); }

// The dotted path of a field in a schema of nested structs, as schema_difference names it.
bool has_field(const json& schema, std::string_view dotted) {
  for (const char* wrapper : {"optional", "pointer"}) {
    if (schema.is_object() && schema.contains(wrapper)) return has_field(schema[wrapper], dotted);
  }
  if (!schema.is_object() || !schema.contains("struct") || !schema["struct"].is_array()) return false;
  const auto dot = dotted.find('.');
  for (const auto& field : schema["struct"]) {
    if (!field.is_array() || field.size() != 2 || !field[0].is_string()) continue;
    if (field[0].get_ref<const std::string&>() != dotted.substr(0, dot)) continue;
    return dot == std::string_view::npos || has_field(field[1], dotted.substr(dot + 1));
  }
  return false;
}

std::optional<error> check_lossy(const module_pair& pair, const std::vector<std::string>& lossy) {
  const auto schema = json::parse(pair.from.state.schema, nullptr, false);
  for (const auto& field : lossy) {
    if (has_field(schema, field)) continue;
    return error{"undef_field", pair.appup() + ": lossy names \"" + field + "\", which the state of " + pair.from.name +
                                    " in " + version_of(pair.step.from) + " does not have"};
  }
  return std::nullopt;
}

// A lossy field covers what lies in it.
bool covers(const std::string& lossy, const std::string& path) {
  return path.starts_with(lossy) &&
         (path.size() == lossy.size() || path[lossy.size()] == '.' || path[lossy.size()] == '[');
}

std::vector<std::string> undeclared(std::vector<std::string> paths, const std::vector<std::string>& lossy) {
  std::erase_if(paths, [&](const std::string& path) {
    return std::any_of(lossy.begin(), lossy.end(), [&](const std::string& field) { return covers(field, path); });
  });
  return paths;
}

// What `lossy` does not name of the fields that this way leaves behind; a failure where they cannot live on anywhere.
outcome<std::vector<std::string>> check_loss(const module_pair& pair, direction way,
                                             const std::vector<std::string>& lossy) {
  const bool up = way == direction::up;
  const auto& left = up ? pair.older() : pair.newer();
  const auto& reached = up ? pair.newer() : pair.older();
  auto loss = lost_between(left.state.schema, reached.state.schema);
  auto fields = undeclared(std::move(loss.fields), lossy);
  if (fields.empty() || !loss.room.empty()) return fields;
  auto named = lossy;
  const auto lost = lossy_names(fields);
  named.insert(named.end(), lost.begin(), lost.end());
  return error{"undeclared_loss", pair.where() + "going " + (up ? "up" : "down") + " loses " + join(fields) +
                                      ": the state of " + version_of(up ? pair.step.newer() : pair.step.older()) +
                                      " has no such field and no other that could hold it; say lossy = " +
                                      json(named).dump() + " in the update of " + pair.appup(way) +
                                      " if that is meant, or if code_change computes it again on the way back"};
}

// A release that could not be taken back for want of a word is found out when it is installed, not when it is to be taken back.
std::optional<error> check_way_back(const module_pair& pair) {
  if (pair.step.way != direction::up) return std::nullopt;
  const auto* entry = find_entry(pair.step.newer().appup.down, pair.step.older().app.vsn);
  if (entry == nullptr) return std::nullopt;
  for (const auto& back : entry->instructions) {
    if (back.module != pair.to.name || back.change != change_kind::advanced) continue;
    if (const auto fields = check_loss(pair, direction::down, back.lossy); !fields) return fields.failure();
  }
  return std::nullopt;
}

// The state is handed over as it is.
std::optional<error> check_same_state(const module_pair& pair, const std::string& how, bool implied) {
  if (!has_state(pair.to)) return std::nullopt;
  const auto& newer = pair.newer().migrations;
  const auto version = pair.older().state.version;
  const bool migratable =
      std::any_of(newer.begin(), newer.end(), [&](const auto& migration) { return migration.version == version; });
  const auto differences = schema_difference(pair.from.state.schema, pair.to.state.schema);
  const auto advise = "say {update = \"" + pair.to.name + "\", change = \"advanced\"} in " + pair.appup();
  if (!differences.empty()) {
    const auto missing = migratable
                             ? std::string()
                             : "add code_change from state version " + std::to_string(version) + " and back, and ";
    return error{"schema_changed", pair.where() + "state schema changed (" + join(differences) + ") but " + how +
                                       " runs no code_change; " + missing + advise};
  }
  // An author who wrote a code_change and whose appup forgot the module would get states that were never migrated.
  if (implied && migratable && pair.from.state.version != pair.to.state.version) {
    return error{"schema_changed", pair.where() + "state version changed (" + std::to_string(pair.from.state.version) +
                                       " -> " + std::to_string(pair.to.state.version) +
                                       ") and there is a code_change for it, but " + how + " does not run it; " +
                                       advise + ", or name the module there with change = \"soft\""};
  }
  return std::nullopt;
}

std::optional<error> check_advanced(const module_pair& pair) {
  if (is_supervisor(pair.to)) {
    return error{"unsupported", pair.appup() + ": supervisor \"" + pair.to.name +
                                    "\" cannot be advanced: its state is the host's; say change = \"soft\""};
  }
  if (is_application(pair.to)) {
    return error{"unsupported", pair.appup() + ": application callback module \"" + pair.to.name +
                                    "\" has no state to advance; say load_module"};
  }
  const auto version = pair.older().state.version;
  const auto& migrations = pair.newer().migrations;
  const auto migration =
      std::find_if(migrations.begin(), migrations.end(), [&](const auto& one) { return one.version == version; });
  const auto differences = schema_difference(pair.from.state.schema, pair.to.state.schema);
  const auto from_version = "state version " + std::to_string(version) + " (" + version_of(pair.step.older()) + ")";
  if (migration == migrations.end()) {
    const bool raise = version == pair.newer().state.version;
    const auto advice =
        raise ? "; raise the version in PATCHBAY_GEN_SERVER and add one, up and down" : "; add one, up and down";
    if (differences.empty()) {
      return error{"no_code_change",
                   pair.where() + "there is no code_change for " + from_version +
                       (raise ? ", and the state has kept its shape: say load_module in the appup" : advice)};
    }
    return error{"schema_changed", pair.where() + "state schema changed (" + join(differences) +
                                       ") but no code_change for " + from_version + advice};
  }
  if (!migration->up || !migration->down) {
    return error{"one_way", pair.where() + "code_change for " + from_version + " goes " +
                                (migration->up ? "up only; add the downgrade" : "down only; add the upgrade") +
                                ", so that the release can be taken back"};
  }
  const auto expected = schema_difference(migration->old_state.schema, pair.older().state.schema);
  if (!expected.empty()) {
    return error{"schema_changed", pair.where() + "code_change for " + from_version +
                                       " declares another old state than that version has (" + join(expected) +
                                       "); copy the old declaration unchanged"};
  }
  return std::nullopt;
}

outcome<module_plan> plan_pair(const module_pair& pair, const instruction& what, bool implied) {
  if (pair.from.behaviour != pair.to.behaviour) {
    return error{
        "unsupported",
        pair.where() + "its behaviour changed; give the new one another name, with add_module and delete_module"};
  }
  const bool advanced = what.kind == instruction_kind::update && what.change == change_kind::advanced;
  const auto how = implied                                      ? "the implied load_module"
                   : what.kind == instruction_kind::load_module ? "load_module"
                                                                : "a soft update";
  if (auto failed = advanced ? check_advanced(pair) : check_same_state(pair, how, implied)) return *failed;
  if (auto failed = check_lossy(pair, what.lossy)) return *failed;
  std::vector<std::string> drops;
  if (advanced) {
    auto fields = check_loss(pair, pair.step.way, what.lossy);
    if (!fields) return fields.failure();
    drops = std::move(fields).value();
    if (auto failed = check_way_back(pair)) return *failed;
  }

  module_plan out;
  out.module = pair.to.name;
  out.implied = implied;
  out.action = advanced                                     ? module_action::advanced
               : what.kind == instruction_kind::load_module ? module_action::load
                                                            : module_action::soft;
  out.from_version = pair.from.state.version;
  out.to_version = pair.to.state.version;
  out.supervisor = is_supervisor(pair.to);
  if (has_state(pair.to)) out.schema_diff = schema_difference(pair.from.state.schema, pair.to.state.schema);
  out.lossy = what.lossy;
  out.drops = std::move(drops);
  out.message_notes = message_notes(pair.from, pair.to);
  return out;
}

// A module that only one of the two versions has.
module_plan plan_single(const module_facts& module, module_action action) {
  module_plan out;
  out.module = module.name;
  out.action = action;
  out.supervisor = is_supervisor(module);
  (action == module_action::add ? out.to_version : out.from_version) = module.state.version;
  return out;
}

outcome<module_plan> plan_named(const application_step& step, const instruction& what) {
  const auto* from = step.from.facts.find(what.module);
  const auto* to = step.to.facts.find(what.module);
  const auto refuse = [&](const std::string& why) {
    return error{"undef_module", step.newer().app.name + ".appup.toml of " + step.newer().app.vsn + " (" +
                                     (step.way == direction::up ? "up from " : "down to ") + step.older().app.vsn +
                                     "): " + word(what.kind) + " \"" + what.module + "\": " + why};
  };
  if (from == nullptr && to == nullptr) {
    std::vector<std::string> known;
    for (const auto& module : step.newer().facts.modules) known.push_back(module.name);
    return refuse("neither " + step.from.app.vsn + " nor " + step.to.app.vsn + " has that module" +
                  hint(what.module, known));
  }
  if (what.kind == instruction_kind::add_module) {
    if (from != nullptr) return refuse(version_of(step.from) + " has it already; say update or load_module");
    return plan_single(*to, module_action::add);
  }
  if (what.kind == instruction_kind::delete_module) {
    if (to != nullptr)
      return refuse(version_of(step.to) + " still has it; say update or load_module, or remove the module");
    return plan_single(*from, module_action::remove);
  }
  if (from == nullptr) return refuse(version_of(step.from) + " does not have it; say add_module");
  if (to == nullptr) return refuse(version_of(step.to) + " does not have it; say delete_module");
  return plan_pair({step, *from, *to}, what, false);
}

}  // namespace

std::vector<std::string> lossy_names(const std::vector<std::string>& paths) {
  std::vector<std::string> out;
  for (const auto& path : paths) {
    auto name = path.substr(0, path.find('['));
    if (!name.empty() && std::find(out.begin(), out.end(), name) == out.end()) out.push_back(std::move(name));
  }
  return out;
}

outcome<std::vector<module_plan>> plan_modules(const application_step& step) {
  std::vector<module_plan> out;
  std::set<std::string> named;
  for (const auto& what : step.entry.instructions) {
    if (!named.insert(what.module).second) {
      return error{"muldef_module", step.newer().app.name + ".appup.toml of " + step.newer().app.vsn + ": module \"" +
                                        what.module + "\" has two instructions; keep one"};
    }
    auto planned = plan_named(step, what);
    if (!planned) return planned.failure();
    out.push_back(std::move(planned).value());
  }
  const auto silent = [&](const application_view& view, const module_facts& module, const char* instruction) {
    return error{"undef_module", version_of(view) + ": module \"" + module.name +
                                     "\" is only in this version, and the appup entry (" +
                                     (step.way == direction::up ? "up from " : "down to ") + step.older().app.vsn +
                                     ") does not name it; add {" + instruction + " = \"" + module.name + "\"}"};
  };
  for (const auto& to : step.to.facts.modules) {
    if (named.contains(to.name)) continue;
    const auto* from = step.from.facts.find(to.name);
    if (from == nullptr) return silent(step.to, to, "add_module");
    const instruction implied{instruction_kind::load_module, to.name, change_kind::soft, {}};
    auto planned = plan_pair({step, *from, to}, implied, true);
    if (!planned) return planned.failure();
    out.push_back(std::move(planned).value());
  }
  for (const auto& from : step.from.facts.modules) {
    if (!named.contains(from.name) && step.to.facts.find(from.name) == nullptr)
      return silent(step.from, from, "delete_module");
  }
  return out;
}

}  // namespace patchbay::release
