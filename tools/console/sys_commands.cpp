// OTP's sys, of any process: suspend, resume, trace, statistics, ….
#include "commands.hpp"
#include "port/text.hpp"

namespace console {
namespace {

std::string nothing(const json&) { return {}; }

/// `on`, `off`, JSON, or else a text.
json value_of(const std::string& word) {
  if (word == "on") return true;
  if (word == "off") return false;
  auto parsed = json::parse(word, nullptr, false);
  return parsed.is_discarded() ? json(word) : std::move(parsed);
}

std::string events_in_words(const json& events) {
  if (!events.is_array()) return value_in_words(events);
  std::string text;
  for (const json& each : events) text += each.dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
  return text.empty() ? "none\n" : text;
}

std::string trace_in_words(const json& seen) {
  return std::to_string(seen.value("events", 0)) + " events, " + std::to_string(seen.value("missed", 0)) + " missed\n";
}

/// Events come as they happen.
outcome<shown> trace(session& host, const words& given) {
  constexpr int longest = 3600;
  const json seconds = given.size() > 1 ? value_of(given[1]) : json(10);
  if (!seconds.is_number_unsigned() || seconds > longest || seconds == 0) {
    return patchbay::error{"bad_line", "`" + patchbay::port::shortened(given[1]) +
                                           "` is no number of seconds from 1 to " + std::to_string(longest)};
  }
  return show(host, "trace", {{"name", given[0]}, {"duration_ms", seconds.get<int>() * 1000}}, trace_in_words);
}

}  // namespace

void add_sys_commands(std::vector<command>& to) {
  const std::vector<completes> one{completes::process};
  const auto plain = [&](std::string_view name, const char* op, std::string_view about,
                         std::string (*in_words)(const json&)) {
    to.push_back({name, "NAME", about, 1, 1, one, [op, in_words](session& host, const words& given) {
                    return show(host, op, {{"name", given[0]}}, in_words);
                  }});
  };
  const auto with_value = [&](std::string_view name, std::string_view usage, const char* op, std::string_view about,
                              json otherwise, std::string (*in_words)(const json&)) {
    const std::size_t least = otherwise.is_null() ? 2 : 1;
    to.push_back({name, usage, about, least, 2, one,
                  [op, in_words, otherwise = std::move(otherwise)](session& host, const words& given) {
                    const json value = given.size() > 1 ? value_of(given[1]) : otherwise;
                    return show(host, op, {{"name", given[0]}, {"value", value}}, in_words);
                  }});
  };
  plain("suspend", "sys_suspend", "it queues everything from here on", nothing);
  plain("resume", "sys_resume", "what it has queued is handled", nothing);
  plain("get_status", "sys_get_status", "a process, its debug options and its state", value_in_words);
  with_value("replace_state", "NAME JSON", "sys_replace_state", "gives it another state", nullptr, value_in_words);
  to.push_back({"trace", "NAME [SECONDS]", "what it gets and sends, as it happens; 10 s", 1, 2, one, trace});
  with_value("log_trace", "NAME on|off", "sys_trace", "sys:trace: its events are lines of the host's log", nullptr,
             nothing);
  with_value("log", "NAME [on|off|NUMBER|get|print]", "sys_log", "its last events: keep them, show them", "get",
             events_in_words);
  with_value("log_to_file", "NAME PATH|off", "sys_log_to_file", "appends its events to a file of the host's machine",
             nullptr, nothing);
  with_value("statistics", "NAME [on|off|get]", "sys_statistics", "how many messages it got and sent", "get",
             value_in_words);
  plain("no_debug", "sys_no_debug", "trace, log, statistics and all else off", nothing);
  with_value("terminate", "NAME [REASON]", "sys_terminate", "ends it, after its terminate", "normal", nothing);
  plain("change_code", "sys_change_code", "moves it, suspended, to the newest loaded code of its module",
        value_in_words);
}

}  // namespace console
