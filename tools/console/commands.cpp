#include "commands.hpp"

#include "node/control/command_line.hpp"

namespace console {
namespace {

outcome<shown> help(session&, const words& arguments) {
  std::vector<std::vector<std::string>> rows;
  for (const command& each : commands()) {
    if (!arguments.empty() && each.name != arguments[0]) continue;
    rows.push_back({std::string(each.name) + " " + std::string(each.usage), std::string(each.about)});
  }
  if (rows.empty())
    return patchbay::error{"unknown_command", "`" + arguments[0] + "` is no command; `help` lists them"};
  std::string text = patchbay::node::table(rows);
  if (arguments.empty()) {
    text += "NAME is a registered name or a pid like <0.17.1>. FIELDS are name=value words or one JSON object.\n";
  }
  return shown{text, {}};
}

std::vector<command> all() {
  std::vector<command> made;
  add_message_commands(made);
  add_process_commands(made);
  add_sys_commands(made);
  add_host_commands(made);
  add_code_commands(made);
  made.push_back({"help", "[COMMAND]", "this", 0, 1, {completes::command}, help});
  made.push_back({"exit", "", "end the console; the host goes on", 0, 0, {}, [](session&, const words&) {
                    return outcome<shown>(shown{});
                  }});
  return made;
}

}  // namespace

std::span<const command> commands() {
  static const std::vector<command> made = all();
  return made;
}

outcome<shown> show(session& host, std::string_view op, json fields, std::string (*in_words)(const json&)) {
  auto answer = host.ask(op, std::move(fields));
  if (!answer) return answer.failure();
  std::string text = in_words(*answer);
  return shown{std::move(text), std::move(*answer)};
}

std::string value_in_words(const json& value) {
  if (value.is_string() || value.is_null()) return patchbay::node::plain(value) + "\n";
  return value.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

}  // namespace console
