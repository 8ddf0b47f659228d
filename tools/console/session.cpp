#include "session.hpp"

#include <algorithm>
#include <cstdio>

#include "port/text.hpp"

namespace console {

using patchbay::error;
using patchbay::node::control_client;

outcome<session> session::connect(settings chosen) {
  auto client = control_client::connect(chosen.data.socket());
  if (!client) return client.failure();
  return session(std::move(chosen), std::move(*client));
}

outcome<json> session::ask(std::string_view op, json fields) {
  const auto tell = [](std::string_view phase, std::string_view text) {
    std::fprintf(stderr, "%-9.*s %.*s\n", static_cast<int>(phase.size()), phase.data(), static_cast<int>(text.size()),
                 text.data());
  };
  auto answer = client_.ask(op, fields, tell);
  if (answer || (answer.failure().code != "no_host" && answer.failure().code != "no_answer")) return answer;
  // The host has gone, or has been started again meanwhile; nothing says that it did not do what it was asked, so it is not asked again.
  auto again = control_client::connect(how_.data.socket());
  if (!again) return again.failure();
  client_ = std::move(*again);
  return error{"no_host", "the connection was lost and is there again; whether the last command was done is not known"};
}

const command* find_command(std::string_view name) {
  for (const command& each : commands()) {
    if (each.name == name) return &each;
  }
  return nullptr;
}

outcome<shown> run_line(session& host, std::string_view line) {
  auto given = split(line);
  if (!given) return given.failure();
  if (given->empty() || given->front().starts_with('#')) return shown{};
  const command* found = find_command(given->front());
  if (found == nullptr) {
    std::vector<std::string> names;
    for (const command& each : commands()) names.emplace_back(each.name);
    return error{"unknown_command", "`" + patchbay::port::shortened(given->front()) +
                                        "` is no command; `help` lists them" +
                                        patchbay::port::did_you_mean(given->front(), names)};
  }
  const words arguments(given->begin() + 1, given->end());
  if (arguments.size() < found->least || arguments.size() > found->most) {
    return error{"bad_line", "usage: " + std::string(found->name) + " " + std::string(found->usage)};
  }
  return found->run(host, arguments);
}

}  // namespace console
