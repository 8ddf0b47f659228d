#include "release/plan/appup_draft.hpp"

#include <algorithm>
#include <utility>

#include "release/plan/code_skeleton.hpp"
#include "release/plan/module_rules.hpp"
#include "release/plan/names.hpp"
#include "release/plan/plan.hpp"

namespace patchbay::release {
namespace {

using code::migration_facts;
using code::module_facts;

bool has_state(const module_facts& module) {
  return module.behaviour != PB_BEHAVIOUR_SUPERVISOR && module.behaviour != PB_BEHAVIOUR_APPLICATION;
}

const char* macro(const module_facts& module) {
  if (module.behaviour == PB_BEHAVIOUR_GEN_STATEM) return "PATCHBAY_GEN_STATEM";
  return module.behaviour == PB_BEHAVIOUR_GEN_EVENT ? "PATCHBAY_GEN_EVENT" : "PATCHBAY_GEN_SERVER";
}

// One draft while it is made: `from` is the older version.
class drafting {
 public:
  drafting(const application_view& from, const application_view& to) : from_(from), to_(to) {
    draft_.application = to.app.name;
    draft_.appup.vsn = to.app.vsn;
    draft_.appup.up = {{from.app.vsn, {}}};
    draft_.appup.down = {{from.app.vsn, {}}};
  }

  appup_draft finish() && {
    for (const auto& module : to_.facts.modules) {
      const auto* old = from_.facts.find(module.name);
      if (old == nullptr) {
        say(module.name, instruction_kind::add_module, instruction_kind::delete_module);
      } else {
        pair(*old, module);
      }
    }
    for (const auto& module : from_.facts.modules) {
      if (to_.facts.find(module.name) == nullptr)
        say(module.name, instruction_kind::delete_module, instruction_kind::add_module);
    }
    leave_out(to_.appup.up, "up from ");
    leave_out(to_.appup.down, "down to ");
    return std::move(draft_);
  }

 private:
  void say(const std::string& module, instruction_kind up, instruction_kind down) {
    draft_.appup.up[0].instructions.push_back({up, module, change_kind::soft, {}});
    draft_.appup.down[0].instructions.push_back({down, module, change_kind::soft, {}});
  }

  void note(const module_facts& module, bool to_do, std::vector<std::string> lines) {
    lines.front() = module.name + ": " + lines.front();
    draft_.notes.push_back({module.name, to_do, std::move(lines)});
  }

  void pair(const module_facts& old, const module_facts& module) {
    if (old.behaviour != module.behaviour) {
      note(module, true,
           {"its behaviour changed, which no instruction carries; give the new one another name, with add_module for "
            "it and delete_module for this one"});
      return say(module.name, instruction_kind::load_module, instruction_kind::load_module);
    }
    const auto version = old.state.version;
    const auto at = std::find_if(module.migrations.begin(), module.migrations.end(),
                                 [&](const auto& each) { return each.version == version; });
    const auto* migration = at == module.migrations.end() ? nullptr : &*at;
    const bool reshaped = !schema_difference(old.state.schema, module.state.schema).empty();
    const bool renumbered = version != module.state.version;
    if (!has_state(module) || (!reshaped && (!renumbered || migration == nullptr))) {
      if (has_state(module) && renumbered) {
        note(module, false,
             {"state version " + std::to_string(version) + " -> " + std::to_string(module.state.version) +
              " with the same schema and no code_change: states are kept as they are"});
      }
      return say(module.name, instruction_kind::load_module, instruction_kind::load_module);
    }
    check_code(old, module, migration);
    draft_.appup.up[0].instructions.push_back(advanced(old, module, "up"));
    draft_.appup.down[0].instructions.push_back(advanced(module, old, "down"));
  }

  // What the planner will ask of the newer plugin.
  void check_code(const module_facts& old, const module_facts& module, const migration_facts* migration) {
    const auto whose = "for state version " + std::to_string(old.state.version) + " (" + from_.app.vsn + ")";
    const auto body = code_skeleton(old, module, from_.app.vsn, migration);
    const auto with_body = [&](std::string first) {
      std::vector<std::string> lines{std::move(first)};
      for (const auto& line : body) lines.push_back("  " + line);
      return lines;
    };
    if (migration == nullptr) {
      const bool raise = old.state.version == module.state.version;
      note(module, true,
           with_body(to_.app.vsn + " has no code_change " + whose + "; somebody must write it" +
                     (raise ? ", and raise the state's version: " + std::string(macro(module)) + "(" + module.name +
                                  ", " + std::to_string(old.state.version + 1) + ")"
                            : "") +
                     ". Its skeleton, for " + module.name + " of " + to_.app.vsn + ":"));
      return;
    }
    const auto expected = schema_difference(migration->old_state.schema, old.state.schema);
    if (!expected.empty()) {
      note(module, true,
           {"code_change " + whose + " declares another old state than that version has (" + join(expected) +
            "); copy the old declaration unchanged"});
    }
    if (migration->up && migration->down) return;
    note(module, true,
         with_body("code_change " + whose + " goes " + (migration->up ? "up" : "down") +
                   " only; somebody must write the other. Its skeleton:"));
  }

  // `lossy` holds what could live on nowhere; of the rest only whoever wrote code_change knows.
  instruction advanced(const module_facts& left, const module_facts& reached, const char* way) {
    instruction out{instruction_kind::update, left.name, change_kind::advanced, {}};
    const auto loss = lost_between(left.state.schema, reached.state.schema);
    if (loss.fields.empty()) return out;
    if (!loss.room.empty()) {
      note(left, false,
           {std::string("going ") + way + ", " + join(loss.fields) + " may live on in " + join(loss.room) +
            "; what code_change does not carry there has to be named in `lossy`"});
      return out;
    }
    out.lossy = lossy_names(loss.fields);
    if (out.lossy.empty()) {
      note(left, true,
           {std::string("going ") + way + " loses " + join(loss.fields) +
            ", which no field of the state holds, so that `lossy` cannot name it; give it a struct for its state"});
    }
    return out;
  }

  void leave_out(const std::vector<appup_file::entry>& entries, const char* way) {
    for (const auto& entry : entries) {
      if (entry.is_pattern || entry.other != from_.app.vsn) draft_.left_out.push_back(way + entry.words());
    }
  }

  const application_view& from_;
  const application_view& to_;
  appup_draft draft_;
};

}  // namespace

bool appup_draft::complete() const {
  return std::none_of(notes.begin(), notes.end(), [](const auto& note) { return note.to_do; });
}

appup_draft draft_appup(const application_view& from, const application_view& to) {
  return drafting(from, to).finish();
}

outcome<std::vector<appup_draft>> draft_appups(const release_view& from, const release_view& to,
                                               std::string_view application) {
  std::vector<appup_draft> out;
  std::vector<std::string> known;
  for (const auto& view : to.applications) {
    known.push_back(view.app.name);
    if (!application.empty() && view.app.name != application) continue;
    const auto* old = from.find(view.app.name);
    if (old == nullptr) {
      if (application.empty()) continue;
      return error{"nothing_to_write", view.app.name + " is new in release " + to.id() + "; it needs no appup"};
    }
    if (old->app.vsn != view.app.vsn) {
      out.push_back(draft_appup(*old, view));
    } else if (old->facts.build_id != view.facts.build_id) {
      return error{"build_id_conflict", view.app.name + " " + view.app.vsn + " of release " + to.id() +
                                            " is another build than that of " + from.id() +
                                            "; give the new build a new version, and it can have an appup"};
    } else if (!application.empty()) {
      return error{"nothing_to_write", view.app.name + " is " + view.app.vsn + " in both releases; it needs no appup"};
    }
  }
  if (!out.empty()) return out;
  if (application.empty())
    return error{"nothing_to_write", "no application changes its version from " + from.id() + " to " + to.id()};
  return error{"no_such_application", "release " + to.id() + " has no application \"" + std::string(application) +
                                          "\"" + hint(application, known)};
}

}  // namespace patchbay::release
