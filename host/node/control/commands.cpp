#include "node/control/commands.hpp"

#include <CLI/CLI.hpp>
#include <filesystem>
#include <string>

namespace patchbay::node {

std::string check_path(const std::string& text) {
  if (text.empty()) return "it is empty; name something, or leave it out for the default";
  // CLI11 takes the next argument for an option's value where `--data=` has none.
  if (text.starts_with("--")) return "`" + text + "` is an option, and no name; write ./" + text + " if it is one";
  return {};
}

CLI::App* add_command(CLI::App& program, command_line& how, const char* name, const char* about) {
  CLI::App* made = program.add_subcommand(name, about);
  add_common_options(*made, how);
  return made;
}

void add_common_options(CLI::App& to, command_line& how) {
  const auto choose = [&how](const std::string& given) {
    std::error_code failed;
    how.data = {std::filesystem::absolute(given, failed).lexically_normal()};
  };
  to.add_option_function<std::string>("--data", choose,
                                      "The host's data directory [$PATCHBAY_DATA, else $XDG_STATE_HOME/patchbay]")
      ->check(check_path);
  to.add_flag("--json", how.as_json, "One JSON value on stdout, errors too; phases on stderr");
}

void add_duration(CLI::App& command, const char* name, std::string& text, const char* about) {
  command.add_option(name, text, about)->check(check_duration)->capture_default_str();
}

}  // namespace patchbay::node
