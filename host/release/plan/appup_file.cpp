#include <array>
#include <set>
#include <utility>

#include "release/plan/files.hpp"
#include "release/plan/names.hpp"
#include "release/plan/toml_reader.hpp"

namespace patchbay::release {
namespace {

constexpr std::array<std::pair<const char*, instruction_kind>, 4> kinds{
    {{"update", instruction_kind::update},
     {"load_module", instruction_kind::load_module},
     {"add_module", instruction_kind::add_module},
     {"delete_module", instruction_kind::delete_module}}};

instruction read_instruction(toml_source& source, const toml::table& table) {
  table_reader reader(source, table, "an instruction",
                      {"update", "load_module", "add_module", "delete_module", "change", "lossy"});
  instruction out;
  int found = 0;
  for (const auto& [key, kind] : kinds) {
    if (!reader.has(key)) continue;
    ++found;
    out.kind = kind;
    out.module = reader.name(key, presence::needed);
  }
  if (found != 1) {
    reader.refuse("bad_value", "must hold exactly one of update, load_module, add_module, delete_module");
    return out;
  }
  if (reader.has("change")) {
    const auto change = reader.text("change", presence::needed);
    if (change == "advanced") {
      out.change = change_kind::advanced;
    } else if (change != "soft") {
      reader.refuse("change", "bad_value", "is \"" + change + "\", must be \"soft\" or \"advanced\"");
    }
    if (out.kind != instruction_kind::update) reader.refuse("change", "bad_value", "belongs to update only");
  }
  if (reader.has("lossy")) {
    out.lossy = reader.texts("lossy", presence::needed);
    if (out.change != change_kind::advanced)
      reader.refuse("lossy", "bad_value", "belongs to change = \"advanced\" only");
  }
  return out;
}

std::vector<appup_file::entry> read_entries(toml_source& source, table_reader& top, const std::string& vsn,
                                            const char* key, const char* other) {
  std::vector<appup_file::entry> out;
  std::set<std::string> versions;
  for (const auto* table : top.tables(key, presence::optional)) {
    table_reader reader(source, *table, std::string("[[") + key + "]]", {other, "instructions"});
    appup_file::entry entry;
    entry.other = reader.version(other, presence::needed);
    if (entry.other == vsn) reader.refuse(other, "bad_value", "\"" + vsn + "\" is the version of this appup itself");
    if (!versions.insert(entry.other).second)
      reader.refuse(other, "bad_value", "\"" + entry.other + "\" has an entry already");
    std::set<std::string> modules;
    for (const auto* one : reader.tables("instructions", presence::needed)) {
      entry.instructions.push_back(read_instruction(source, *one));
      const auto& module = entry.instructions.back().module;
      if (!module.empty() && !modules.insert(module).second) {
        table_reader(source, *one, "", {"update", "load_module", "add_module", "delete_module", "change", "lossy"})
            .refuse("muldef_module", "module \"" + module + "\" has two instructions; keep one");
      }
    }
    out.push_back(std::move(entry));
  }
  return out;
}

}  // namespace

outcome<appup_file> read_appup(const std::filesystem::path& file) {
  auto name = application_of(file, ".appup.toml");
  if (!name) return name.failure();

  toml_source source(file);
  table_reader top(source, source.root(), "", {"vsn", "up", "down"});
  appup_file appup;
  appup.vsn = top.version("vsn", presence::needed);
  appup.up = read_entries(source, top, appup.vsn, "up", "from");
  appup.down = read_entries(source, top, appup.vsn, "down", "to");
  if (!source.ok()) return source.failure();
  return appup;
}

}  // namespace patchbay::release
