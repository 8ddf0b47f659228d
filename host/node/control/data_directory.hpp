#pragma once
// Where a host keeps its things, and how its clients find them.
#include <filesystem>
#include <string_view>

namespace patchbay::node {

/// The paths of one data directory. Pure.
struct data_directory {
  std::filesystem::path root;
  [[nodiscard]] std::filesystem::path lock() const { return root / "lock"; }
  [[nodiscard]] std::filesystem::path socket() const { return root / "control.sock"; }
  [[nodiscard]] std::filesystem::path ledger() const { return root / "ledger.sqlite"; }
  [[nodiscard]] std::filesystem::path releases() const { return root / "releases"; }
  [[nodiscard]] std::filesystem::path generations() const { return root / "generations"; }
  /// States that an upgrade was refused for: APPLICATION/MODULE.json, the last one of each.
  [[nodiscard]] std::filesystem::path refused_states() const { return root / "refused"; }
  [[nodiscard]] std::filesystem::path config() const { return root / "patchbay.toml"; }
  /// Whether something of that name in the directory is one of these, or belongs to one.
  [[nodiscard]] static bool owns(std::string_view name);
};

/// $PATCHBAY_DATA, else $XDG_STATE_HOME/patchbay, else ~/.local/state/patchbay; always absolute.
data_directory default_data_directory();

/// Where the host's helper programs are: ../libexec/patchbay, seen from the running program's directory; the same in a build and
/// where it is installed.
std::filesystem::path default_libexec_directory();
/// Where `patchbay new` finds its templates: seen from a program in libexec.
std::filesystem::path templates_directory();

}  // namespace patchbay::node
