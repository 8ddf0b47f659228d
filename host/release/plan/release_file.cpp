#include <array>
#include <set>
#include <utility>

#include "release/plan/files.hpp"
#include "release/plan/names.hpp"
#include "release/plan/toml_reader.hpp"

namespace patchbay::release {
namespace {

constexpr std::array<std::pair<const char*, start_type>, 5> types{{{"permanent", start_type::permanent},
                                                                   {"transient", start_type::transient},
                                                                   {"temporary", start_type::temporary},
                                                                   {"load", start_type::load},
                                                                   {"none", start_type::none}}};

release_file::application read_application(toml_source& source, const toml::table& table) {
  table_reader reader(source, table, "applications", {"name", "vsn", "type"});
  release_file::application out;
  out.name = reader.name("name", presence::needed);
  out.vsn = reader.version("vsn", presence::needed);
  if (!reader.has("type")) return out;
  const auto type = reader.text("type", presence::needed);
  for (const auto& [word, value] : types) {
    if (type != word) continue;
    out.type = value;
    return out;
  }
  reader.refuse("type", "bad_value", "is \"" + type + "\", must be permanent, transient, temporary, load or none");
  return out;
}

}  // namespace

outcome<release_file> read_release_file(const std::filesystem::path& file) {
  toml_source source(file);
  table_reader top(source, source.root(), "", {"name", "vsn", "applications", "env"});
  release_file release;
  release.name = top.name("name", presence::needed);
  release.vsn = top.version("vsn", presence::needed);
  std::set<std::string> names;
  std::vector<std::string> listed;
  for (const auto* table : top.tables("applications", presence::needed)) {
    auto application = read_application(source, *table);
    if (!names.insert(application.name).second) {
      top.refuse("applications", "bad_value", "\"" + application.name + "\" is listed twice");
    }
    listed.push_back(application.name);
    release.applications.push_back(std::move(application));
  }
  if (source.ok() && release.applications.empty())
    top.refuse("applications", "bad_value", "a release needs at least one");
  if (const auto* env = top.table("env", presence::optional)) {
    // Its keys are the applications of this release, so a typo in one of them is an unknown key.
    table_reader reader(source, *env, "env", listed);
    for (const auto& application : listed) {
      if (reader.has(application)) release.env[application] = reader.object(application);
    }
  }
  if (!source.ok()) return source.failure();
  return release;
}

}  // namespace patchbay::release
