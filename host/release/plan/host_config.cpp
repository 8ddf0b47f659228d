#include <algorithm>

#include "release/plan/files.hpp"
#include "release/plan/names.hpp"
#include "release/plan/toml_reader.hpp"

namespace patchbay::release {

outcome<host_config> read_host_config(const std::filesystem::path& file) {
  host_config config;
  std::error_code why;
  if (std::filesystem::status(file, why).type() == std::filesystem::file_type::not_found) return config;

  toml_source source(file);
  table_reader top(source, source.root(), "", {"workers", "allowed_needed", "log_level", "generations_limit_mb"});
  config.workers = static_cast<unsigned>(top.number("workers", config.workers, 0, 1024));
  config.allowed_needed = top.texts("allowed_needed", presence::optional);
  config.generations_limit_mb = top.number("generations_limit_mb", config.generations_limit_mb, 1, 1U << 20);
  if (top.has("log_level")) {
    static const std::vector<std::string> levels{"trace", "debug", "info", "warning", "error", "critical", "off"};
    config.log_level = top.text("log_level", presence::needed);
    if (std::find(levels.begin(), levels.end(), config.log_level) == levels.end()) {
      top.refuse("log_level", "bad_value", "\"" + config.log_level + "\" is no level" + hint(config.log_level, levels));
    }
  }
  if (!source.ok()) return source.failure();
  return config;
}

}  // namespace patchbay::release
