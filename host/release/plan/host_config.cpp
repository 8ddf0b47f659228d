#include <algorithm>

#include "release/plan/files.hpp"
#include "release/plan/names.hpp"
#include "release/plan/toml_reader.hpp"

namespace patchbay::release {
namespace {

const std::vector<std::string> levels{"trace", "debug", "info", "warning", "error", "critical", "off"};
const std::vector<std::string> formats{"text", "json"};
const std::vector<std::string> kinds{"terminate", "crash", "supervisor", "progress", "application", "debug"};

void one_of(table_reader& in, std::string_view key, const std::string& value, const std::vector<std::string>& known,
            const char* what) {
  if (std::find(known.begin(), known.end(), value) != known.end()) return;
  in.refuse(key, "bad_value", "\"" + value + "\" is no " + what + hint(value, known));
}

void read_level(table_reader& in, std::string_view key, host_config& config) {
  config.log_level = in.text(key, presence::needed);
  one_of(in, key, config.log_level, levels, "level");
}

void read_log(toml_source& source, const toml::table& table, host_config& config) {
  table_reader log(source, table, "[log]", {"format", "level", "hide", "file", "max_size", "max_files", "redact"});
  if (log.has("level")) read_level(log, "level", config);
  if (log.has("format")) {
    config.log_format = log.text("format", presence::needed);
    one_of(log, "format", config.log_format, formats, "format");
  }
  if (log.has("hide")) config.log_hide = log.texts("hide", presence::needed);
  for (const std::string& each : config.log_hide) one_of(log, "hide", each, kinds, "kind of report");
  config.log_file = log.text("file", presence::optional);
  config.log_max_size = log.number("max_size", config.log_max_size, 1024, std::uint64_t{1} << 40U);
  config.log_max_files = log.number("max_files", config.log_max_files, 1, 1000);
  config.redact = log.texts("redact", presence::optional);
}

void read_canary(toml_source& source, const toml::table& table, host_config& config) {
  table_reader canary(source, table, "[canary]", {"memory_mb", "reserve_mb"});
  config.canary_memory_mb = canary.number("memory_mb", config.canary_memory_mb, 64, 1U << 20);
  config.canary_reserve_mb = canary.number("reserve_mb", config.canary_reserve_mb, 0, 1U << 30);
}

}  // namespace

outcome<host_config> read_host_config(const std::filesystem::path& file, absent_config absent) {
  host_config config;
  std::error_code why;
  if (std::filesystem::status(file, why).type() == std::filesystem::file_type::not_found) {
    if (absent == absent_config::is_default) return config;
    return error{"no_such_file", file.string() +
                                     ": there is no such configuration file; name one that is there, or "
                                     "leave it out for the patchbay.toml of the data directory"};
  }

  toml_source source(file);
  table_reader top(source, source.root(), "",
                   {"workers", "allowed_needed", "log_level", "generations_limit_mb", "log", "trusted_keys", "canary"});
  config.workers = static_cast<unsigned>(top.number("workers", config.workers, 0, 1024));
  config.trusted_keys = top.texts("trusted_keys", presence::optional);
  config.allowed_needed = top.texts("allowed_needed", presence::optional);
  config.generations_limit_mb = top.number("generations_limit_mb", config.generations_limit_mb, 1, 1U << 20);
  if (top.has("log_level")) read_level(top, "log_level", config);
  if (const toml::table* log = top.table("log", presence::optional)) read_log(source, *log, config);
  if (const toml::table* canary = top.table("canary", presence::optional)) read_canary(source, *canary, config);
  if (!source.ok()) return source.failure();
  return config;
}

}  // namespace patchbay::release
