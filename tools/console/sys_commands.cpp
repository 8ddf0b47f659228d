// OTP's sys: suspend, resume, states, trace, log, statistics.
#include "commands.hpp"
#include "node/control/command_line.hpp"

namespace console {
namespace {

using patchbay::error;
using patchbay::node::parse_duration;
using patchbay::node::plain;

std::string nothing(const json&) { return {}; }

std::string log_in_words(const json& events) {
  if (!events.is_array()) return {};
  std::string text;
  for (const auto& each : events) text += each.dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
  return text;
}

/// A value as it is typed: `true`, `5`, `{"total": 3}`; what is not JSON is text.
json typed(const std::string& word) {
  auto only = fields({"value=" + word}, 0);
  return only ? only->at("value") : json(word);
}

auto plain_request(const char* op, std::string (*in_words)(const json&)) {
  return [op, in_words](session& host, const words& given) { return show(host, op, {{"name", given[0]}}, in_words); };
}

/// The argument that stands there, or where none does `otherwise`.
auto with_value(const char* op, const char* otherwise, std::string (*in_words)(const json&)) {
  return [op, otherwise, in_words](session& host, const words& given) {
    return show(host, op, {{"name", given[0]}, {"value", typed(given.size() > 1 ? given[1] : otherwise)}}, in_words);
  };
}

/// Each event as it happens: the host sends them as phases, which the session prints.
outcome<shown> trace(session& host, const words& given) {
  const auto length = parse_duration(given.size() > 1 ? given[1] : "10s");
  if (!length) return length.failure();
  return show(host, "trace", {{"name", given[0]}, {"duration_ms", length->count()}}, [](const json& done) {
    const json& missed = done.at("missed");
    return plain(done.at("events")) + " events" + (missed == 0 ? "" : ", " + plain(missed) + " more were missed") +
           "\n";
  });
}

}  // namespace

void add_sys_commands(std::vector<command>& to) {
  const std::vector<completes> one{completes::process};
  to.push_back(
      {"suspend", "NAME", "it handles nothing until resume", 1, 1, one, plain_request("sys_suspend", nothing)});
  to.push_back({"resume", "NAME", "it goes on", 1, 1, one, plain_request("sys_resume", nothing)});
  to.push_back({"status", "[NAME]", "the host, its release, what it is doing; of a process what sys:get_status tells",
                0, 1, one, [](session& host, const words& given) {
                  if (given.empty()) return show(host, "status", json::object(), host_status_in_words);
                  return show(host, "sys_get_status", {{"name", given[0]}}, value_in_words);
                }});
  to.push_back({"replace_state", "NAME STATE", "another state, as JSON", 2, 2, one,
                with_value("sys_replace_state", "null", value_in_words)});
  to.push_back({"trace", "NAME [10s]", "what it gets and does, live", 1, 2, one, trace});
  to.push_back({"log", "NAME [true|false|NUMBER|get]", "keep its last events, and show them", 1, 2, one,
                with_value("sys_log", "get", log_in_words)});
  to.push_back({"statistics", "NAME [true|false|get]", "count what it handles, and show it", 1, 2, one,
                with_value("sys_statistics", "get", value_in_words)});
  to.push_back({"no_debug", "NAME", "end its trace, log, statistics and functions", 1, 1, one,
                plain_request("sys_no_debug", nothing)});
  to.push_back({"change_code", "NAME", "of a suspended process: to the newest generation of its module", 1, 1, one,
                plain_request("sys_change_code", nothing)});
  to.push_back(
      {"terminate", "NAME REASON", "sys:terminate", 2, 2, one, with_value("sys_terminate", "normal", nothing)});
}

}  // namespace console
