#include <algorithm>
#include <utility>

#include "release/plan/files.hpp"
#include "release/plan/names.hpp"
#include "release/plan/toml_reader.hpp"

namespace patchbay::release {
namespace {

// Beyond a century it is for ever.
constexpr std::uint64_t most_ms = std::uint64_t{36525} * 24 * 3600 * 1000;

bool contains(const std::vector<std::string>& list, const std::string& word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

void read_dependencies(table_reader& top, app_file& app) {
  app.applications = top.names("applications", presence::optional);
  app.optional_applications = top.names("optional_applications", presence::optional);
  app.included_applications = top.names("included_applications", presence::optional);
  for (const auto& each : app.optional_applications) {
    if (contains(app.applications, each)) continue;
    top.refuse(
        "optional_applications", "bad_value",
        "\"" + each + "\" is not in applications" + hint(each, app.applications) + "; an optional one stands in both");
  }
  for (const auto& each : app.included_applications) {
    if (contains(app.applications, each))
      top.refuse("included_applications", "bad_value", "\"" + each + "\" cannot be in applications as well");
  }
  for (const char* key : {"applications", "included_applications"}) {
    const auto& list = key[0] == 'a' ? app.applications : app.included_applications;
    if (contains(list, app.name)) top.refuse(key, "bad_value", "\"" + app.name + "\" cannot depend on itself");
  }
}

void read_phases(toml_source& source, table_reader& top, app_file& app) {
  if (!top.has("start_phases")) return;
  for (const auto* table : top.tables("start_phases", presence::optional)) {
    table_reader reader(source, *table, "start_phases", {"phase", "args"});
    app_file::start_phase made;
    made.phase = reader.name("phase", presence::needed);
    made.args = reader.object("args");
    const bool twice = std::any_of(app.start_phases.begin(), app.start_phases.end(),
                                   [&](const auto& each) { return each.phase == made.phase; });
    if (twice) reader.refuse("phase", "bad_value", "\"" + made.phase + "\" is listed twice");
    app.start_phases.push_back(std::move(made));
  }
  if (app.mod_module.empty() && !app.start_phases.empty())
    top.refuse("start_phases", "bad_value", "there is no mod, whose callback module they would be given to");
}

}  // namespace

outcome<app_file> read_app(const std::filesystem::path& file) {
  auto name = application_of(file, ".app.toml");
  if (!name) return name.failure();

  toml_source source(file);
  table_reader top(source, source.root(), "",
                   {"description", "vsn", "modules", "registered", "applications", "optional_applications",
                    "included_applications", "env", "mod", "start_phases", "maxT", "globals"});
  app_file app;
  app.name = std::move(name).value();
  app.vsn = top.version("vsn", presence::needed);
  app.description = top.text("description", presence::optional);
  app.modules = top.names("modules", presence::needed);
  app.registered = top.names("registered", presence::optional);
  read_dependencies(top, app);
  app.env = top.object("env");
  app.max_t = top.number("maxT", 0, 1, most_ms);
  app.globals = top.texts("globals", presence::optional);
  if (const auto* mod = top.table("mod", presence::optional)) {
    table_reader reader(source, *mod, "mod", {"module", "args"});
    app.mod_module = reader.name("module", presence::needed);
    app.mod_args = reader.object("args");
    if (!contains(app.modules, app.mod_module)) {
      reader.refuse("module", "undef_module",
                    "\"" + app.mod_module + "\" is not in modules" + hint(app.mod_module, app.modules));
    }
  }
  read_phases(source, top, app);
  if (!source.ok()) return source.failure();
  return app;
}

}  // namespace patchbay::release
