#include "entry.hpp"

#include "port/files.hpp"
#include "release/plan/files.hpp"

namespace patchbay::plugin_tool {
namespace {

std::string entry_for(const release::app_file& app) {
  std::string text = "#include <patchbay/entry.hpp>\n#include <patchbay/table/exit_functions.hpp>\n";
  std::string list;
  for (const auto& module : app.modules) {
    text += "extern \"C\" patchbay::module_factory patchbay_module_" + module + ";\n";
    list += ", patchbay_module_" + module;
  }
  return text + "PATCHBAY_PLUGIN_ENTRY(\"" + app.name + "\", \"" + app.vsn + "\"" + list + ")\n";
}

}  // namespace

outcome<void> write_entry(const std::filesystem::path& app_file, const std::string& version,
                          const std::filesystem::path& out) {
  const auto app = release::read_app(app_file);
  if (!app) return app.failure();
  if (app->vsn != version) {
    return error{"wrong_version", app_file.string() + ": vsn is " + app->vsn + ", the build says VERSION " + version +
                                      "; make them agree"};
  }
  if (app->modules.empty()) {
    return error{"no_modules", app_file.string() + ": 'modules' is empty; name the plugin's modules there"};
  }
  const auto text = entry_for(*app);
  if (const auto before = port::read_file(out); before && *before == text) return {};
  return port::write_file_atomic(out, text);
}

}  // namespace patchbay::plugin_tool
