#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "release/plan/appup_pattern.hpp"
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

// Of a pattern in an error, whatever its size.
constexpr std::size_t shown = 200;

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

// Either the version, under `exact`, or a pattern, under `exact`_pattern.
void read_versions(toml_source& source, table_reader& reader, const toml::table& table, const std::string& where,
                   const std::string& vsn, const std::string& exact, appup_file::entry& entry) {
  const auto pattern = exact + "_pattern";
  entry.is_pattern = reader.has(pattern);
  if (entry.is_pattern && reader.has(exact)) {
    reader.refuse(pattern, "bad_value", "stands beside " + exact + " in " + where + "; keep one of the two");
  } else if (entry.is_pattern) {
    entry.other = reader.text(pattern, presence::needed);
    const auto fault = source.ok() ? pattern_fault(entry.other) : std::string();
    if (!fault.empty()) reader.refuse(pattern, "bad_value", "'" + entry.other.substr(0, shown) + "' " + fault);
  } else if (reader.has(exact)) {
    entry.other = reader.version(exact, presence::needed);
    if (entry.other == vsn) reader.refuse(exact, "bad_value", "\"" + vsn + "\" is the version of this appup itself");
  } else {
    source.fail("missing_key", table.source(),
                "\"" + exact + "\" is missing in " + where + "; name one version there, or several with " + pattern);
  }
}

std::vector<appup_file::entry> read_entries(toml_source& source, table_reader& top, const std::string& vsn,
                                            const char* key, const char* other) {
  std::vector<appup_file::entry> out;
  const auto where = std::string("[[") + key + "]]";
  const auto pattern = std::string(other) + "_pattern";
  std::set<std::pair<bool, std::string>> versions;
  for (const auto* table : top.tables(key, presence::optional)) {
    table_reader reader(source, *table, where, {other, pattern, "instructions"});
    appup_file::entry entry;
    read_versions(source, reader, *table, where, vsn, other, entry);
    if (!versions.emplace(entry.is_pattern, entry.other).second) {
      reader.refuse(entry.is_pattern ? pattern : other, "bad_value", "\"" + entry.other + "\" has an entry already");
    }
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

bool appup_file::entry::matches(std::string_view version) const {
  return is_pattern ? pattern_matches(other, version) : other == version;
}

std::string appup_file::entry::words() const { return is_pattern ? "versions like '" + other + "'" : other; }

const appup_file::entry* find_entry(const std::vector<appup_file::entry>& entries, std::string_view version) {
  const auto at =
      std::find_if(entries.begin(), entries.end(), [&](const auto& entry) { return entry.matches(version); });
  return at == entries.end() ? nullptr : &*at;
}

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
