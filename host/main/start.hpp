#pragma once
// `patchbay start`: a host in the foreground until a signal or `patchbay stop`.
#include <filesystem>
#include <string>
#include <vector>

#include "node/control/command_line.hpp"

namespace patchbay::main {

struct start_options {
  std::filesystem::path release_dir;
  std::filesystem::path libexec_dir;
  std::filesystem::path config_file;
  std::vector<std::string> env;  ///< `APP.KEY=JSON`
  unsigned workers = 0;
  bool allow_unsigned = false;
  bool check_config = false;
};

/// The exit code. REQUIRES: no other thread exists yet (signals are blocked for all that come).
int start(const node::command_line& how, const start_options& options);

}  // namespace patchbay::main
