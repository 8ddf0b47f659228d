#pragma once
// relup's commands that make and check packages; none needs a host.
#include <filesystem>
#include <string>

#include "node/control/command_line.hpp"

namespace CLI {
class App;
}

namespace relup {

struct package_arguments {
  std::filesystem::path file;  ///< of pack: the release directory
  std::filesystem::path output;
  std::filesystem::path secret = "relup.key";
  std::filesystem::path public_file = "relup.pub";
  std::string public_line;
  std::filesystem::path signature;
  std::string comment;
  bool no_password = false;
  bool force = false;
};

/// Adds pack, keygen, sign and verify.
class package_commands {
 public:
  package_commands(CLI::App& to, patchbay::node::command_line& how);
  /// Whether the command line named one of them.
  [[nodiscard]] bool chosen() const;
  /// The exit code. REQUIRES: chosen().
  [[nodiscard]] int run();

 private:
  patchbay::node::command_line* how_;
  package_arguments given_;
  CLI::App* pack_;
  CLI::App* keygen_;
  CLI::App* sign_;
  CLI::App* verify_;
};

}  // namespace relup
