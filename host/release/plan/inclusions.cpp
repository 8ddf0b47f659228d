#include "release/plan/inclusions.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <set>

#include "release/plan/names.hpp"

namespace patchbay::release {
namespace {

const application_view* find(const std::vector<application_view>& applications, const std::string& name) {
  const auto at = std::find_if(applications.begin(), applications.end(),
                               [&](const application_view& view) { return view.app.name == name; });
  return at == applications.end() ? nullptr : &*at;
}

std::string file_of(const application_view& view) { return (view.directory / (view.app.name + ".app.toml")).string(); }

std::optional<error> phases_have_callbacks(const application_view& view) {
  if (view.app.start_phases.empty()) return std::nullopt;
  const auto* module = view.facts.find(view.app.mod_module);
  if (module != nullptr && module->behaviour == PB_BEHAVIOUR_APPLICATION) return std::nullopt;
  return error{"bad_start_phases", file_of(view) + ": start_phases needs a callback module, and mod names \"" +
                                       view.app.mod_module + "\", which is none; make it one (PATCHBAY_APPLICATION)"};
}

std::optional<error> phases_agree(const application_view& primary, const application_view& included) {
  std::vector<std::string> known;
  for (const auto& each : primary.app.start_phases) known.push_back(each.phase);
  for (const auto& each : included.app.start_phases) {
    if (std::find(known.begin(), known.end(), each.phase) != known.end()) continue;
    return error{"bad_start_phases", file_of(included) + ": start phase \"" + each.phase + "\" is none of " +
                                         primary.app.name + ", which includes it; add it there" +
                                         hint(each.phase, known)};
  }
  return std::nullopt;
}

}  // namespace

std::optional<error> inclusions_agree(const std::vector<application_view>& applications) {
  std::map<std::string, std::string> includes;
  for (const auto& view : applications) {
    if (auto failed = phases_have_callbacks(view)) return failed;
    for (const auto& name : view.app.included_applications) {
      const auto [at, fresh] = includes.emplace(name, view.app.name);
      if (!fresh) {
        return error{"duplicate_include", "applications " + at->second + " and " + view.app.name + " both include " +
                                              name + "; only one may"};
      }
      const auto* included = find(applications, name);
      if (included == nullptr) continue;  // start_order says so
      if (auto failed = phases_agree(view, *included)) return failed;
    }
  }
  return std::nullopt;
}

std::vector<start_node> start_nodes(const std::vector<application_view>& applications) {
  std::vector<start_node> nodes;
  for (const auto& view : applications) {
    start_node node{view.app.name, view.app.included_applications, view.app.optional_applications};
    std::set<std::string> inside{view.app.name};
    std::vector<std::string> needs;
    const std::function<void(const application_view&)> add = [&](const application_view& each) {
      needs.insert(needs.end(), each.app.applications.begin(), each.app.applications.end());
      node.optional.insert(node.optional.end(), each.app.optional_applications.begin(),
                           each.app.optional_applications.end());
      for (const auto& name : each.app.included_applications) {
        const auto* included = find(applications, name);
        if (included != nullptr && inside.insert(name).second) add(*included);
      }
    };
    add(view);
    for (const auto& each : needs) {
      // What is included with it starts with it, in its tree.
      const bool itself = inside.contains(each) && each != view.app.name;
      if (!itself) node.needs.push_back(each);
    }
    nodes.push_back(std::move(node));
  }
  return nodes;
}

}  // namespace patchbay::release
