// What there is to see of processes, and their start and stop.
#include "commands.hpp"
#include "node/control/command_line.hpp"
#include "node/control/in_words.hpp"

namespace console {
namespace {

using patchbay::node::plain;
using patchbay::node::table;

std::string state_in_words(const json& answer) { return value_in_words(answer.at("state")); }
std::string nothing(const json&) { return {}; }
std::string pid_in_words(const json& answer) { return plain(answer.at("pid")) + "\n"; }

std::string registered_in_words(const json& names) {
  std::vector<std::vector<std::string>> rows{{"NAME", "PID"}};
  for (const auto& each : names) rows.push_back({plain(each.at("name")), plain(each.at("pid"))});
  return table(rows);
}

std::string messages_in_words(const json& messages) {
  std::vector<std::vector<std::string>> rows{{"KIND", "MESSAGE", "FIELDS"}};
  for (const auto& each : messages)
    rows.push_back({plain(each.at("kind")), plain(each.at("message")), plain(each.at("shape"))});
  return table(rows);
}

std::string lines(const json& pids) {
  std::string text;
  for (const auto& each : pids) text += plain(each) + "\n";
  return text.empty() ? "none\n" : text;
}
std::string links_in_words(const json& ties) { return lines(ties.at("links")); }
std::string monitors_in_words(const json& ties) {
  return "monitors\n" + lines(ties.at("monitors")) + "monitored by\n" + lines(ties.at("monitored_by"));
}

json named(const words& given) { return {{"name", given[0]}}; }

outcome<shown> start(session& host, const words& given) {
  json request{{"module", given[0]}};
  std::size_t from = 1;
  if (given.size() > 2 && given[1] == "as") {
    request["as"] = given[2];
    from = 3;
  }
  auto args = fields(given, from);
  if (!args) return args.failure();
  request["args"] = std::move(*args);
  return show(host, "start", std::move(request), pid_in_words);
}

outcome<shown> stop(session& host, const words& given) {
  json request = named(given);
  if (given.size() > 1) request["reason"] = given[1];
  return show(host, "stop_process", std::move(request), nothing);
}

}  // namespace

void add_process_commands(std::vector<command>& to) {
  const std::vector<completes> one{completes::process};
  const auto ask = [](const char* op, std::string (*in_words)(const json&)) {
    return [op, in_words](session& host, const words& given) {
      return show(host, op, given.empty() ? json::object() : named(given), in_words);
    };
  };
  to.push_back({"ps", "", "all processes", 0, 0, {}, ask("ps", patchbay::node::processes_in_words)});
  to.push_back({"tree", "", "the supervision trees", 0, 0, {}, ask("tree", patchbay::node::tree_in_words)});
  to.push_back({"state", "NAME", "a server's state", 1, 1, one, ask("state", state_in_words)});
  to.push_back({"messages", "NAME", "what it takes", 1, 1, one, ask("messages", messages_in_words)});
  to.push_back({"whereis", "NAME", "the pid of a name", 1, 1, one, ask("whereis", value_in_words)});
  to.push_back({"registered", "", "all local names", 0, 0, {}, ask("registered", registered_in_words)});
  to.push_back({"links", "NAME", "whom it is linked to", 1, 1, one, ask("ties", links_in_words)});
  to.push_back(
      {"monitors", "NAME", "whom it monitors, and who monitors it", 1, 1, one, ask("ties", monitors_in_words)});
  to.push_back({"start",
                "APPLICATION/MODULE [as NAME] [ARGS]",
                "start a process, linked to nobody",
                1,
                any_number,
                {completes::module},
                start});
  to.push_back({"stop", "NAME [REASON]", "ask a server to stop, and wait for it", 1, 2, one, stop});
}

}  // namespace console
