#pragma once
// What every command of `patchbay` and `relup` takes.
#include <string>

#include "node/control/command_line.hpp"

namespace CLI {
class App;
}

namespace patchbay::node {

/// A command with --data and --json, which go into `how` while the arguments are read.
CLI::App* add_command(CLI::App& program, command_line& how, const char* name, const char* about);

/// --data and --json, of a program without commands.
void add_common_options(CLI::App& to, command_line& how);

/// A check of an option's text: empty is what a script's unset variable leaves, and never what was meant; `--json` for a value is
/// what `--data= --json` leaves.
std::string check_path(const std::string& text);

/// An option that takes a time (parse_duration), shown with its default.
void add_duration(CLI::App& command, const char* name, std::string& text, const char* about);

}  // namespace patchbay::node
