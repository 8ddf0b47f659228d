#include "node/control/data_directory.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>

namespace patchbay::node {
namespace {

std::filesystem::path from_environment(const char* name) {
  const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): read before any thread is started
  return value == nullptr ? std::filesystem::path() : std::filesystem::path(value);
}

}  // namespace

bool data_directory::owns(std::string_view name) {
  static constexpr std::array<std::string_view, 10> own{
      "lock",     "control.sock", "ledger.sqlite", "ledger.sqlite-journal", "ledger.sqlite-shm", "ledger.sqlite-wal",
      "releases", "generations",  "refused",       "patchbay.toml"};
  return std::find(own.begin(), own.end(), name) != own.end();
}

data_directory default_data_directory() {
  std::error_code failed;
  if (const auto data = from_environment("PATCHBAY_DATA"); !data.empty())
    return {std::filesystem::absolute(data, failed)};
  // The XDG specification has relative paths ignored.
  if (const auto state = from_environment("XDG_STATE_HOME"); state.is_absolute()) return {state / "patchbay"};
  return {std::filesystem::absolute(from_environment("HOME") / ".local/state/patchbay", failed)};
}

std::filesystem::path templates_directory() {
  std::error_code failed;
  return (std::filesystem::read_symlink("/proc/self/exe", failed).parent_path() / "../../share/patchbay/new")
      .lexically_normal();
}

std::filesystem::path default_libexec_directory() {
  std::error_code failed;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", failed);
  return (program.parent_path() / "../libexec/patchbay").lexically_normal();
}

}  // namespace patchbay::node
