#pragma once
// relup's commands that compare two releases; none needs a host.
#include <string>

#include "appups.hpp"
#include "node/control/command_line.hpp"

namespace CLI {
class App;
}

namespace relup {

/// Adds diff and appup.
class comparison_commands {
 public:
  comparison_commands(CLI::App& to, patchbay::node::command_line& how);
  /// Whether the command line named one of them.
  [[nodiscard]] bool chosen() const;
  /// The exit code. REQUIRES: chosen().
  [[nodiscard]] int run();

 private:
  patchbay::node::command_line* how_;
  std::string from_;
  std::string to_;
  appup_request asked_;
  CLI::App* diff_;
  CLI::App* appup_;
};

}  // namespace relup
