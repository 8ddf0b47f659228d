#include <optional>
#include <utility>

#include "release/plan/message_rules.hpp"
#include "release/plan/module_rules.hpp"
#include "release/plan/names.hpp"
#include "release/plan/plan.hpp"
#include "release/plan/words.hpp"

namespace patchbay::release {
namespace {

std::string versions(const std::vector<appup_file::entry>& entries) {
  std::vector<std::string> out;
  for (const auto& entry : entries) out.push_back(entry.words());
  return join(out);
}

error no_matching_relup(const application_view& from, const application_view& to) {
  const auto appup = [](const application_view& view) { return view.app.name + ".appup.toml of " + view.app.vsn; };
  const auto up =
      to.appup.vsn.empty() ? appup(to) + " does not exist" : appup(to) + " goes up from: " + versions(to.appup.up);
  const auto down = from.appup.vsn.empty() ? appup(from) + " does not exist"
                                           : appup(from) + " goes down to: " + versions(from.appup.down);
  return {"no_matching_relup", to.app.name + ": no way from " + from.app.vsn + " to " + to.app.vsn + "; " + up + "; " +
                                   down + "; add an entry, or go by a version between"};
}

outcome<application_plan> plan_application(const application_view& from, const application_view& to) {
  const auto* up = find_entry(to.appup.up, from.app.vsn);
  const auto* down = up == nullptr ? find_entry(from.appup.down, to.app.vsn) : nullptr;
  if (up == nullptr && down == nullptr) return no_matching_relup(from, to);
  const auto way = up != nullptr ? direction::up : direction::down;
  auto modules = plan_modules({from, to, way, up != nullptr ? *up : *down});
  if (!modules) return modules.failure();
  return application_plan{to.app.name, from.app.vsn, to.app.vsn, way, std::move(modules).value()};
}

// Same applications, started alike: what else a release may change comes later.
std::optional<error> same_applications(const release_view& from, const release_view& to) {
  const auto later =
      "; this version of Patchbay changes versions of applications only, restart the host on the new release instead";
  for (const auto& view : from.applications) {
    const auto* other = to.find(view.app.name);
    if (other == nullptr) {
      return error{"unsupported", "release " + to.id() + " removes application " + view.app.name + later};
    }
    if (other->type == view.type) continue;
    return error{"unsupported", "release " + to.id() + " changes the start type of " + view.app.name + " from " +
                                    word(view.type) + " to " + word(other->type) + later};
  }
  for (const auto& view : to.applications) {
    if (from.find(view.app.name) == nullptr)
      return error{"unsupported", "release " + to.id() + " adds application " + view.app.name + later};
  }
  return std::nullopt;
}

// Names only: values may be secrets.
std::optional<std::string> env_note(const application_view& from, const application_view& to) {
  std::vector<std::string> keys;
  for (const auto& [key, value] : to.env.items()) {
    const auto old = from.env.find(key);
    if (old == from.env.end() || *old != value) keys.push_back(key);
  }
  for (const auto& [key, value] : from.env.items()) {
    if (!to.env.contains(key)) keys.push_back(key);
  }
  if (keys.empty()) return std::nullopt;
  return to.app.name + ": env changes (" + join(keys) +
         "); what a server read in init stays as it was until it is restarted";
}

void note_versions(plan& out, const application_plan& application) {
  for (const auto& module : application.modules) {
    const bool kept = module.action == module_action::soft || module.action == module_action::load;
    if (!kept || module.from_version == module.to_version) continue;
    out.notes.push_back(application.application + ": " + module.module + ": state version " +
                        std::to_string(module.from_version) + " -> " + std::to_string(module.to_version) +
                        " with the same schema; states are kept as they are, no code_change runs");
  }
}

outcome<plan> one_way_plan(const release_view& from, const release_view& to) {
  if (from.id() == to.id()) return error{"same_release", "release " + to.id() + " is the current one already"};
  if (auto failed = same_applications(from, to)) return *failed;
  plan out;
  out.from = from.id();
  out.to = to.id();
  for (const auto& view : to.applications) {
    const auto* old = from.find(view.app.name);
    if (auto note = env_note(*old, view)) out.notes.push_back(std::move(*note));
    if (old->app.vsn != view.app.vsn) {
      auto planned = plan_application(*old, view);
      if (!planned) return planned.failure();
      note_versions(out, *planned);
      out.applications.push_back(std::move(planned).value());
      continue;
    }
    if (old->facts.build_id != view.facts.build_id) {
      return error{"build_id_conflict", view.app.name + " " + view.app.vsn + " of release " + to.id() +
                                            " is another build (build-id " + view.facts.build_id + ") than that of " +
                                            from.id() + " (" + old->facts.build_id +
                                            "); give the new build a new version"};
    }
    out.unchanged.push_back(view.app.name);
  }
  auto notes = check_imports(from, to);
  if (!notes) return notes.failure();
  out.notes.insert(out.notes.end(), notes->begin(), notes->end());
  return out;
}

}  // namespace

outcome<plan> make_plan(const release_view& from, const release_view& to) {
  auto out = one_way_plan(from, to);
  if (!out) return out;
  const auto back = one_way_plan(to, from);
  out->way_back = back.ok();
  if (!back) {
    out->way_back_refusal = back.failure().text;
    return out;
  }
  for (const auto& application : back->applications) {
    for (const auto& module : application.modules) {
      for (const auto& field : module.drops) out->way_back_drops.push_back(field + " of " + module.module);
    }
  }
  return out;
}

}  // namespace patchbay::release
