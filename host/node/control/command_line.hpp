#pragma once
// What `patchbay` and `relup` have in common as programs: where the host is, how answers and errors are shown, exit codes.
#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "node/control/client.hpp"
#include "node/control/data_directory.hpp"

namespace patchbay::node {

/// Documented in both programs' --help.
enum exit_code : int { exit_ok = 0, exit_refused = 1, exit_usage = 2, exit_no_host = 3 };
inline constexpr std::string_view exit_codes_help =
    "Exit codes: 0 done, 1 refused or failed, 2 wrong usage, 3 no host runs on that data directory.";

struct command_line {
  std::string program;  ///< begins error lines
  data_directory data = default_data_directory();
  bool as_json = false;
};

/// One line on stderr, or with --json `{"error":{"code","text"}}` on stdout; the exit code that goes with it.
int show_error(const command_line& how, const error& failure);
/// Arguments that could not be read, so that `how` does not know --json yet: it is looked for in them. Always exit_usage.
int show_usage_error(command_line how, int argc, const char* const* argv, const std::string& text);
/// With --json the result on one line, else what `in_words` makes of it. exit_refused where it could not be written, and stderr says so.
int show_result(const command_line& how, const json& result, const std::function<std::string(const json&)>& in_words);

/// Connects, asks, shows. Phases go to stdout as they come, or with --json to stderr.
int ask_and_show(const command_line& how, std::string_view op, json fields, port::patience limit,
                 const std::function<std::string(const json&)>& in_words);

/// `500ms`, `5s`, `2m`; at most an hour. Errors: badarg.
outcome<std::chrono::milliseconds> parse_duration(std::string_view text);
/// The same as a check of an option's text: empty where it is a duration, else what is wrong with it.
std::string check_duration(const std::string& text);

/// Rows in columns as wide as they need; the first row is the heading.
std::string table(const std::vector<std::vector<std::string>>& rows);
/// A scalar as people read it: strings without quotes, null as `-`.
std::string plain(const json& value);

}  // namespace patchbay::node
