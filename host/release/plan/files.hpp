#pragma once
// The TOML files that people write (DESIGN.md section 7) as plain data, and their readers.
// Every reader refuses unknown keys with file, line and the nearest known key; wrong types and values likewise.
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "code/facts/facts.hpp"
#include "port/outcome.hpp"

namespace patchbay::release {

using nlohmann::json;

/// NAME.app.toml
struct app_file {
  std::string name;  ///< from the file's name
  std::string description;
  std::string vsn;
  std::vector<std::string> modules;
  std::vector<std::string> registered;
  std::vector<std::string> applications;           ///< must be started before this one
  std::vector<std::string> optional_applications;  ///< of these, those that the release need not have
  std::vector<std::string> included_applications;  ///< loaded with this one, whose tree starts theirs
  /// `start_phases = [{phase = "init"}, {phase = "go", args = {…}}]`
  struct start_phase {
    std::string phase;
    json args = json::object();
    bool operator==(const start_phase&) const = default;
  };
  std::vector<start_phase> start_phases;
  std::uint64_t max_t = 0;  ///< `maxT`, milliseconds that it may run; 0: infinity
  json env = json::object();
  std::string mod_module;  ///< empty: a library application, nothing to start
  json mod_args = json::object();
  std::vector<std::string> globals;  ///< writable data symbols that the plugin may have
};
outcome<app_file> read_app(const std::filesystem::path& file);

enum class change_kind { soft, advanced };
enum class instruction_kind { update, load_module, add_module, delete_module };
/// `{update = "counter", change = "advanced", lossy = ["largest"]}`, `{load_module = "m"}`, `{add_module = "m"}`, `{delete_module = "m"}`
struct instruction {
  instruction_kind kind = instruction_kind::update;
  std::string module;
  change_kind change = change_kind::soft;
  std::vector<std::string> lossy;
  bool operator==(const instruction&) const = default;
};
/// NAME.appup.toml: `vsn`, `[[up]] from = "1.0.0"`, `[[down]] to = "1.0.0"`, each with `instructions = […]`; `from_pattern` and `to_pattern` instead
/// are regular expressions of ECMAScript that match the whole version.
struct appup_file {
  struct entry {
    std::string other;  ///< the version come from (up) or gone to (down), or a pattern for it
    std::vector<instruction> instructions;
    bool is_pattern = false;
    [[nodiscard]] bool matches(std::string_view version) const;
    /// `1.0.0`, or `versions like '1\..*'`.
    [[nodiscard]] std::string words() const;
    bool operator==(const entry&) const = default;
  };
  std::string vsn;
  std::vector<entry> up;
  std::vector<entry> down;
  bool operator==(const appup_file&) const = default;
};
outcome<appup_file> read_appup(const std::filesystem::path& file);
/// The first entry for this version, as they stand in the file; exact or pattern alike. nullptr: there is none.
const appup_file::entry* find_entry(const std::vector<appup_file::entry>& entries, std::string_view version);

enum class start_type { permanent, transient, temporary, load, none };
/// release.toml: `name, vsn, applications = [{name, vsn, type}], env`
struct release_file {
  struct application {
    std::string name;
    std::string vsn;
    start_type type = start_type::permanent;
  };
  std::string name;
  std::string vsn;
  std::vector<application> applications;
  json env = json::object();  ///< per application: {sequence: {start_at: 100}}; wins over the app file's
};
outcome<release_file> read_release_file(const std::filesystem::path& file);

/// One application of a release, read from lib/NAME-VSN/.
struct application_view {
  app_file app;
  appup_file appup;  ///< empty vsn: the file is absent (a first version needs none)
  code::plugin_facts facts;
  start_type type = start_type::permanent;
  std::filesystem::path directory;
  [[nodiscard]] std::filesystem::path library() const;     ///< NAME.so
  [[nodiscard]] std::filesystem::path facts_file() const;  ///< NAME.facts.json
  json env = json::object();  ///< app file's, overlaid with the release's and the command line's
  /// Of the library as it was packed; empty: the release came from no package.
  std::string library_sha256 = {};
};
/// A release directory, read whole and checked against itself: files present, versions agree, modules of app file = modules of facts,
/// dependencies present and without a cycle, each application included by at most one other, with no start phase that this does not have, appup names modules that exist. Applications are in start order (dependencies first).
struct release_view {
  release_file file;
  std::vector<application_view> applications;
  std::filesystem::path directory;
  [[nodiscard]] std::string id() const { return file.name + "-" + file.vsn; }
  [[nodiscard]] const application_view* find(std::string_view application) const;
  /// What includes it, nullptr where it is a primary application.
  [[nodiscard]] const application_view* including(std::string_view application) const;
};
/// Errors: those of the files, no_such_file, conflicting_versions, undef_module, duplicate_register, undefined_applications, circular_dependencies,
/// duplicate_include, bad_start_phases.
outcome<release_view> read_release(const std::filesystem::path& directory);
/// The command line's env, {APP: {KEY: value}}, over the release's. An application that the release does not have is passed over.
void overlay_env(release_view& release, const json& env);

/// patchbay.toml, the host's configuration.
struct host_config {
  unsigned workers = 0;  ///< 0: one per core
  std::vector<std::string> allowed_needed;
  std::string log_level = "info";
  // [log]
  std::string log_format = "text";                ///< text, json
  std::vector<std::string> log_hide{"progress"};  ///< kinds of reports that are not written
  std::string log_file;                           ///< in the data directory where it is relative; empty: stderr
  std::uint64_t log_max_size = std::uint64_t{10} << 20U;
  std::uint64_t log_max_files = 5;
  std::vector<std::string> redact;  ///< fields that no log, state or trace shows
  std::uint64_t generations_limit_mb = 512;
  // [canary]
  std::uint64_t canary_memory_mb = 4096;  ///< that patchbay-canary may take
  std::uint64_t canary_reserve_mb = 64;   ///< that must be left free once the new states lie beside the old ones
  std::vector<std::string> trusted_keys;  ///< public keys of minisign's format, whose packages may run
};
/// Whether an absent file means the defaults. A file that somebody named must be there.
enum class absent_config { is_default, is_refused };
/// Errors: those of the file, and no_such_file where it is_refused.
outcome<host_config> read_host_config(const std::filesystem::path& file,
                                      absent_config absent = absent_config::is_default);

}  // namespace patchbay::release
