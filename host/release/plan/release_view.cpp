// Reads a release directory whole and checks it against itself.
#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "release/plan/files.hpp"
#include "release/plan/inclusions.hpp"
#include "release/plan/names.hpp"
#include "release/plan/start_order.hpp"

namespace patchbay::release {
namespace {

using std::filesystem::path;

bool contains(const std::vector<std::string>& list, const std::string& word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

std::optional<error> need_file(const path& file, const std::string& who) {
  std::error_code why;
  const auto status = std::filesystem::status(file, why);
  if (status.type() == std::filesystem::file_type::regular) return std::nullopt;
  const bool absent = status.type() == std::filesystem::file_type::not_found;
  if (why && !absent) return error{"io", file.string() + ": " + why.message() + "; " + who + " needs it"};
  return error{"no_such_file",
               file.string() + (absent ? ": no such file" : ": not a regular file") + "; " + who + " needs it"};
}

std::optional<error> versions_agree(const release_file::application& wanted, const application_view& view,
                                    bool has_appup) {
  const auto differ = [](const path& file, const std::string& what, const std::string& has, const std::string& should) {
    return error{"conflicting_versions", file.string() + ": " + what + " is \"" + has + "\", release.toml has \"" +
                                             should + "\"; make them agree"};
  };
  const auto app = view.directory / (wanted.name + ".app.toml");
  if (view.app.vsn != wanted.vsn) return differ(app, "vsn", view.app.vsn, wanted.vsn);
  if (view.facts.application != wanted.name)
    return differ(view.facts_file(), "application", view.facts.application, wanted.name);
  if (view.facts.version != wanted.vsn) return differ(view.facts_file(), "version", view.facts.version, wanted.vsn);
  const auto appup = view.directory / (wanted.name + ".appup.toml");
  if (has_appup && view.appup.vsn != wanted.vsn) return differ(appup, "vsn", view.appup.vsn, wanted.vsn);
  return std::nullopt;
}

std::optional<error> modules_agree(const application_view& view) {
  const auto where = (view.directory / (view.app.name + ".app.toml")).string();
  std::vector<std::string> built;
  for (const auto& module : view.facts.modules) built.push_back(module.name);
  for (const auto& module : view.app.modules) {
    if (contains(built, module)) continue;
    return error{"undef_module",
                 where + ": modules has \"" + module + "\", which the plugin does not hold" + hint(module, built)};
  }
  for (const auto& module : built) {
    if (contains(view.app.modules, module)) continue;
    return error{"undef_module", where + ": the plugin holds module \"" + module + "\"; add it to modules"};
  }
  return std::nullopt;
}

// update and load_module name modules of this version; what an entry adds must be there after it, what it deletes before it.
std::optional<error> appup_agrees(const application_view& view, const std::vector<appup_file::entry>& entries,
                                  bool up) {
  std::vector<std::string> built;
  for (const auto& module : view.facts.modules) built.push_back(module.name);
  const auto where = (view.directory / (view.app.name + ".appup.toml")).string();
  for (const auto& entry : entries) {
    const auto text = where + ": " + (up ? "up from " : "down to ") + entry.words() + ": ";
    for (const auto& one : entry.instructions) {
      const bool elsewhere = one.kind == (up ? instruction_kind::delete_module : instruction_kind::add_module);
      if (contains(built, one.module) != elsewhere) continue;
      const auto has = "\"" + one.module + "\", which version " + view.app.vsn;
      if (!elsewhere)
        return error{"undef_module", text + "names module " + has + " does not have" + hint(one.module, built)};
      return error{"undef_module",
                   text + (up ? "deletes " : "adds ") + has + " has; remove the instruction or the module"};
    }
  }
  return std::nullopt;
}

outcome<application_view> read_application(const release_file::application& wanted, const release_file& release,
                                           const path& directory) {
  application_view view;
  view.directory = directory / "lib" / (wanted.name + "-" + wanted.vsn);
  view.type = wanted.type;
  view.app.name = wanted.name;

  const auto who = "application " + wanted.name + " " + wanted.vsn + " of release " + release.name + "-" + release.vsn;
  const auto app = view.directory / (wanted.name + ".app.toml");
  for (const auto& file : {app, view.facts_file(), view.library()}) {
    if (auto failed = need_file(file, who)) return *failed;
  }
  auto read = read_app(app);
  if (!read) return read.failure();
  view.app = std::move(read).value();
  auto facts = code::read_facts(view.facts_file());
  if (!facts) return facts.failure();
  view.facts = std::move(facts).value();

  const auto appup = view.directory / (wanted.name + ".appup.toml");
  std::error_code why;
  const bool has_appup = std::filesystem::status(appup, why).type() != std::filesystem::file_type::not_found;
  if (has_appup) {
    auto parsed = read_appup(appup);
    if (!parsed) return parsed.failure();
    view.appup = std::move(parsed).value();
  }
  if (auto failed = versions_agree(wanted, view, has_appup)) return *failed;
  if (auto failed = modules_agree(view)) return *failed;
  if (auto failed = appup_agrees(view, view.appup.up, true)) return *failed;
  if (auto failed = appup_agrees(view, view.appup.down, false)) return *failed;

  // As in OTP, a parameter of the release replaces the application's whole parameter of that name.
  view.env = view.app.env;
  if (const auto over = release.env.find(wanted.name); over != release.env.end()) view.env.update(*over);
  return view;
}

std::optional<error> registered_once(const std::vector<application_view>& applications) {
  std::map<std::string, std::string> owners;
  for (const auto& view : applications) {
    for (const auto& name : view.app.registered) {
      const auto [at, fresh] = owners.emplace(name, view.app.name);
      if (fresh) continue;
      return error{"duplicate_register", "applications " + at->second + " and " + view.app.name + " both register \"" +
                                             name + "\"; rename one of the two"};
    }
  }
  return std::nullopt;
}

}  // namespace

path application_view::library() const { return directory / (app.name + ".so"); }
path application_view::facts_file() const { return directory / (app.name + ".facts.json"); }

const application_view* release_view::find(std::string_view application) const {
  const auto at = std::find_if(applications.begin(), applications.end(),
                               [&](const auto& view) { return view.app.name == application; });
  return at == applications.end() ? nullptr : &*at;
}

const application_view* release_view::including(std::string_view application) const {
  const auto at = std::find_if(applications.begin(), applications.end(), [&](const auto& view) {
    return contains(view.app.included_applications, std::string(application));
  });
  return at == applications.end() ? nullptr : &*at;
}

void overlay_env(release_view& release, const json& env) {
  for (auto& view : release.applications) {
    if (const auto over = env.find(view.app.name); over != env.end()) view.env.update(*over);
  }
}

outcome<release_view> read_release(const path& directory) {
  auto file = read_release_file(directory / "release.toml");
  if (!file) return file.failure();
  release_view release;
  release.file = std::move(file).value();
  release.directory = directory;

  std::vector<application_view> listed;
  for (const auto& wanted : release.file.applications) {
    auto view = read_application(wanted, release.file, directory);
    if (!view) return view.failure();
    listed.push_back(std::move(view).value());
  }
  if (auto failed = registered_once(listed)) return *failed;
  if (auto failed = inclusions_agree(listed)) return *failed;
  const auto order = start_order(start_nodes(listed));
  if (!order) return error{order.failure().code, directory.string() + ": " + order.failure().text};
  for (const auto index : *order) release.applications.push_back(std::move(listed[index]));
  return release;
}

}  // namespace patchbay::release
