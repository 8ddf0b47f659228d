#pragma once
// The commands by group; session.hpp lists them all.
#include "session.hpp"

namespace console {

void add_message_commands(std::vector<command>& to);  // call, cast, send
void add_process_commands(
    std::vector<command>& to);  // ps, tree, state, whereis, registered, links, monitors, start, stop, messages
void add_host_commands(std::vector<command>& to);  // which, applications, generations, top
void add_sys_commands(std::vector<command>& to);   // suspend, resume, trace, statistics, …
void add_code_commands(std::vector<command>& to);  // r

/// Asks and shows the answer by `in_words`.
outcome<shown> show(session& host, std::string_view op, json fields, std::string (*in_words)(const json&));

/// `-` for null, texts without quotes, everything else as JSON of several lines.
std::string value_in_words(const json& value);

}  // namespace console
