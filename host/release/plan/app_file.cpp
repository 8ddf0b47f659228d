#include <algorithm>

#include "release/plan/files.hpp"
#include "release/plan/names.hpp"
#include "release/plan/toml_reader.hpp"

namespace patchbay::release {

outcome<app_file> read_app(const std::filesystem::path& file) {
  auto name = application_of(file, ".app.toml");
  if (!name) return name.failure();

  toml_source source(file);
  table_reader top(source, source.root(), "",
                   {"description", "vsn", "modules", "registered", "applications", "env", "mod", "globals"});
  app_file app;
  app.name = std::move(name).value();
  app.vsn = top.version("vsn", presence::needed);
  app.description = top.text("description", presence::optional);
  app.modules = top.names("modules", presence::needed);
  app.registered = top.names("registered", presence::optional);
  app.applications = top.names("applications", presence::optional);
  app.env = top.object("env");
  app.globals = top.texts("globals", presence::optional);
  if (const auto* mod = top.table("mod", presence::optional)) {
    table_reader reader(source, *mod, "mod", {"module", "args"});
    app.mod_module = reader.name("module", presence::needed);
    app.mod_args = reader.object("args");
    if (std::find(app.modules.begin(), app.modules.end(), app.mod_module) == app.modules.end()) {
      reader.refuse("module", "undef_module",
                    "\"" + app.mod_module + "\" is not in modules" + hint(app.mod_module, app.modules));
    }
  }
  if (std::find(app.applications.begin(), app.applications.end(), app.name) != app.applications.end()) {
    top.refuse("applications", "bad_value", "\"" + app.name + "\" cannot depend on itself");
  }
  if (!source.ok()) return source.failure();
  return app;
}

}  // namespace patchbay::release
