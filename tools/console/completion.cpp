// Names that begin as the last word does.
#include <algorithm>

#include "node/control/command_line.hpp"
#include "session.hpp"

namespace console {
namespace {

using patchbay::node::plain;

words names_of(const outcome<json>& list, const char* key) {
  words found;
  if (!list) return found;
  for (const auto& each : *list) {
    if (!each.at(key).is_null()) found.push_back(plain(each.at(key)));
  }
  return found;
}

words modules(const outcome<json>& processes) {
  words found;
  if (!processes) return found;
  for (const auto& each : *processes) found.push_back(plain(each.at("application")) + "/" + plain(each.at("module")));
  return found;
}

const char* kind_of(std::string_view command) {
  return command == "call" ? "call" : command == "cast" ? "cast" : "info";
}

words messages(session& host, const words& line) {
  words found;
  const auto known = host.ask("messages", {{"name", line[1]}});
  if (!known) return found;
  for (const auto& each : *known) {
    if (each.at("kind") == kind_of(line[0])) found.push_back(plain(each.at("message")));
  }
  return found;
}

/// The fields of a message that are not given yet.
words field_names(session& host, const words& line) {
  words found;
  const auto known = host.ask("messages", {{"name", line[1]}});
  if (!known) return found;
  for (const auto& each : *known) {
    if (each.at("kind") != kind_of(line[0]) || each.at("message") != line[2]) continue;
    for (const auto& name : each.at("fields")) {
      const std::string begin = plain(name) + "=";
      const bool given = std::any_of(line.begin() + 3, line.end() - 1,
                                     [&begin](const std::string& word) { return word.starts_with(begin); });
      if (!given) found.push_back(begin);
    }
  }
  return found;
}

words candidates(session& host, const words& line) {
  words found;
  if (line.size() == 1) {
    for (const command& each : commands()) found.emplace_back(each.name);
    return found;
  }
  const command* known = find_command(line[0]);
  if (known == nullptr) return found;
  const std::size_t argument = line.size() - 2;
  const bool takes_message = known->arguments.size() == 2 && known->arguments[1] == completes::message;
  if (takes_message && argument >= 2) return field_names(host, line);
  if (argument >= known->arguments.size()) return found;
  switch (known->arguments[argument]) {
    case completes::process:
      return names_of(host.ask("registered"), "name");
    case completes::message:
      return messages(host, line);
    case completes::module:
      return modules(host.ask("ps"));
    case completes::application:
      return names_of(host.ask("tree"), "application");
    case completes::command:
      for (const command& each : commands()) found.emplace_back(each.name);
      return found;
    case completes::nothing:
      break;
  }
  return found;
}

}  // namespace

words complete(session& host, const words& line) {
  words found = candidates(host, line);
  std::erase_if(found, [&line](const std::string& each) { return !each.starts_with(line.back()); });
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

}  // namespace console
