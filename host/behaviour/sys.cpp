#include "behaviour/sys.hpp"

#include <memory>
#include <nlohmann/json.hpp>
#include <utility>

#include "behaviour/debug_options.hpp"
#include "message/codec.hpp"
#include "message/show.hpp"
#include "port/text.hpp"
#include "process/process.hpp"

namespace patchbay::behaviour {
namespace {

using nlohmann::json;
using process::asked;

std::string dumped(const json& value) { return value.dump(-1, ' ', false, json::error_handler_t::replace); }

std::string short_text(const json& value) { return port::shortened(dumped(value)); }

asked done(const json& answer = nullptr) { return {PB_OK, {}, dumped(answer)}; }

asked badarg(std::string text) { return {PB_E_BADARG, "badarg: " + std::move(text), {}}; }

/// A state that is the host's own is JSON already.
outcome<json> state_json(std::string_view schema, std::string_view bytes) {
  if (schema.empty()) return message::parse_json(bytes);
  const auto shape = message::parse_schema(schema);
  if (!shape) return shape.failure();
  return message::binary_to_json(*shape, bytes);
}

asked log(debug_options& debug, const json& how, process::system& system, const process::process& self) {
  if (how == "get" || how == "print") {
    json events = json::array();
    for (const std::string& each : debug.logged()) {
      if (how == "print") {
        system.log(PB_LOG_INFO, each, self.pid());
      } else {
        events.push_back(json::parse(each));
      }
    }
    return how == "get" ? done(events) : done();
  }
  if (how == true) {
    debug.log(debug_options::default_log);
  } else if (how == false) {
    debug.log(0);
  } else if (how.is_number_unsigned() && how > 0) {
    debug.log(how.get<std::size_t>());
  } else {
    return badarg("log takes true, false, how many events to keep, \"get\" or \"print\", not " + short_text(how));
  }
  return done();
}

asked statistics(debug_options& debug, const json& how) {
  if (how == "get") return {PB_OK, {}, debug.statistics_json()};
  if (!how.is_boolean()) return badarg("statistics takes true, false or \"get\", not " + short_text(how));
  debug.statistics(how.get<bool>());
  return done();
}

asked log_to_file(debug_options& debug, const json& where) {
  if (where != false && !where.is_string())
    return badarg("log_to_file takes a path, or false, not " + short_text(where));
  const std::string path = where.is_string() ? where.get<std::string>() : std::string();
  if (debug.log_to_file(path)) return done();
  return {PB_E_BADARG, "open_file: " + path + " cannot be opened for appending", {}};
}

const char* behaviour_word(std::uint32_t behaviour) {
  static constexpr const char* words[] = {"", "gen_server", "supervisor", "gen_statem", "gen_event", "application"};
  return behaviour < std::size(words) ? words[behaviour] : "";
}

}  // namespace

process::reason reason_from_words(std::string_view words) {
  constexpr std::string_view shutdown = "{shutdown,";
  if (words == "normal" || words.empty()) return process::reason::normal();
  if (words == "shutdown") return process::reason::shutdown();
  if (words == "kill") return {PB_EXIT_KILL, {}};
  if (words.starts_with(shutdown) && words.ends_with('}')) {
    std::string_view why = words.substr(shutdown.size(), words.size() - shutdown.size() - 1);
    while (why.starts_with(' ')) why.remove_prefix(1);
    return process::reason::shutdown(std::string(why));
  }
  return process::reason::failure(std::string(words));
}

asked sys::request(pb_pid pid, std::uint32_t what, std::string_view argument_json, process::milliseconds timeout) {
  if (what == PB_SYS_GET_STATE) {
    asked seen = get_state(pid, timeout);
    if (seen.status != PB_OK) return seen;
    auto state = state_json(seen.text, seen.bytes);
    if (!state) return {PB_E_DECODE, state.failure().text, {}};
    message::redact(*state, system_->hidden());
    return done(*state);
  }
  return system_->ask(
      pid,
      [this, what, argument = std::string(argument_json.empty() ? "null" : argument_json)](process::process& self) {
        return perform(self, what, argument);
      },
      timeout);
}

asked sys::perform(process::process& self, std::uint32_t what, const std::string& argument) {
  if (what == PB_SYS_REPLACE_STATE) return replaced_by_json(self, argument);
  const auto parsed = message::parse_json(argument);
  if (!parsed) return badarg("the argument is no JSON: " + parsed.failure().text);
  const json& how = *parsed;
  asked answer = done();
  switch (what) {
    case PB_SYS_SUSPEND:
      self.set_suspended(true);
      return answer;
    case PB_SYS_RESUME:
      self.set_suspended(false);
      return answer;
    case PB_SYS_GET_STATUS:
      return status(self);
    case PB_SYS_TRACE:
      if (!how.is_boolean()) return badarg("trace takes true or false, not " + short_text(how));
      debugging(*system_, self).trace(how.get<bool>());
      break;
    case PB_SYS_LOG:
      answer = log(debugging(*system_, self), how, *system_, self);
      break;
    case PB_SYS_STATISTICS:
      answer = statistics(debugging(*system_, self), how);
      break;
    case PB_SYS_LOG_TO_FILE:
      answer = log_to_file(debugging(*system_, self), how);
      break;
    case PB_SYS_NO_DEBUG:
      if (process::bonds* ties = self.ties_if_any(); ties != nullptr) {
        self.set_observed(false);
        ties->watching.reset();
      }
      return answer;
    case PB_SYS_TERMINATE:
      if (!how.is_string() && !how.is_null())
        return badarg("terminate takes the reason's text, not " + short_text(how));
      self.stop(reason_from_words(how.is_string() ? how.get<std::string>() : std::string()));
      return answer;
    case PB_SYS_CHANGE_CODE:
      return change_code(self);
    default:
      return {PB_E_UNKNOWN_SYSTEM_MSG, "unknown_system_msg: " + std::to_string(what), {}};
  }
  settle_debugging(self);
  return answer;
}

asked sys::status(process::process& self) const {
  const process::bonds* ties = self.ties_if_any();
  json seen{{"pid", process::pid_text(self.pid())},
            {"name", ties == nullptr || ties->name.empty() ? json() : json(ties->name)},
            {"module", self.code().name()},
            {"application", self.code().application()},
            {"version", self.code().version()},
            {"generation", self.group().label},
            {"behaviour", behaviour_word(self.code().table().behaviour)},
            {"status", self.suspended() ? "suspended" : "running"},
            {"parent", self.parent() == 0 ? json() : json(process::pid_text(self.parent()))},
            {"debug", json::array()},
            {"log", json::array()}};
  if (const auto info = system_->info(self.pid())) seen["queued"] = info->queued;
  if (ties != nullptr && ties->watching != nullptr) {
    const auto& debug = static_cast<const debug_options&>(*ties->watching);
    seen["debug"] = debug.words();
    for (const std::string& each : debug.logged()) seen["log"].push_back(json::parse(each));
  }
  std::string schema;
  std::string bytes;
  std::string why;
  // A format_status that fails hides the state.
  seen["state"] = self.kind().status(self, schema, bytes, why) == PB_OK
                      ? message::show(schema, bytes, system_->hidden())
                      : json("(not shown: format_status failed: " + why + ")");
  return done(seen);
}

asked sys::change_code(process::process& self) const {
  if (!self.suspended()) {
    return {PB_E_UNKNOWN_SYSTEM_MSG, "unknown_system_msg: change_code of a process that is not suspended", {}};
  }
  if (!change_) return {PB_E_UNSUPPORTED, "this host loads no other generation", {}};
  changed_code moved = change_(self);
  if (moved.status != PB_OK) return {moved.status, std::move(moved.text), {}};
  return done({{"changed", moved.changed}, {"from", moved.from}, {"to", moved.to}});
}

asked sys::install(pb_pid pid, debug_function function, process::milliseconds timeout) {
  // In a shared place: a std::function is copied. Dropped with the question where the process has gone.
  auto kept = std::make_shared<debug_function>(std::move(function));
  return system_->ask(
      pid,
      [this, kept](process::process& self) {
        debugging(*system_, self).install(std::move(*kept));
        return done();
      },
      timeout);
}

asked sys::remove(pb_pid pid, std::string_view name, process::milliseconds timeout) {
  return system_->ask(
      pid,
      [this, name = std::string(name)](process::process& self) {
        debugging(*system_, self).remove(name);
        settle_debugging(self);
        return done();
      },
      timeout);
}

asked sys::get_state(pb_pid pid, process::milliseconds timeout) {
  return system_->ask(
      pid,
      [](process::process& self) {
        asked seen;
        std::string why;
        seen.status = self.kind().state(self, seen.text, seen.bytes, why);
        if (seen.status != PB_OK) seen.text = std::move(why);
        return seen;
      },
      timeout);
}

asked sys::replace_state(pb_pid pid, state_change what, process::milliseconds timeout) {
  return system_->ask(
      pid, [this, what = std::move(what)](process::process& self) { return replaced(self, what); }, timeout);
}

asked sys::replaced(process::process& self, const state_change& what) const {
  const auto failed = [](pb_status status, const std::string& why) {
    return asked{status == PB_E_UNSUPPORTED ? status : PB_E_CALLBACK_FAILED,
                 "callback_failed: replace_state: " + why + "; the state is as it was",
                 {}};
  };
  std::string schema;
  std::string old;
  std::string why;
  if (const pb_status seen = self.kind().state(self, schema, old, why); seen != PB_OK) return failed(seen, why);
  std::string next;
  if (const pb_status made = what(old, schema, next, why); made != PB_OK) return failed(made, why);
  if (const pb_status taken = self.kind().replace_state(self, next, why); taken != PB_OK) return failed(taken, why);
  return {PB_OK, {}, std::move(next)};
}

asked sys::replaced_by_json(process::process& self, const std::string& argument) const {
  json shown;
  asked answer =
      replaced(self, [&](std::string_view old, std::string_view schema, std::string& next, std::string& why) {
        const auto refuse = [&why](pb_status status, const error& failure) {
          why = failure.text;
          return status;
        };
        if (schema.empty()) return refuse(PB_E_UNSUPPORTED, {"unsupported", "this behaviour's state is the host's"});
        auto wanted = message::parse_json(argument);
        if (!wanted) return refuse(PB_E_DECODE, wanted.failure());
        const auto shape = message::parse_schema(schema);
        if (!shape) return refuse(PB_E_DECODE, shape.failure());
        const auto before = message::binary_to_json(*shape, old);
        if (!before) return refuse(PB_E_DECODE, before.failure());
        message::restore(*wanted, *before, system_->hidden());
        auto bytes = message::json_to_binary(*shape, *wanted);
        if (!bytes) return refuse(PB_E_DECODE, bytes.failure());
        next = std::move(*bytes);
        shown = std::move(*wanted);
        return static_cast<pb_status>(PB_OK);
      });
  if (answer.status != PB_OK) return answer;
  message::redact(shown, system_->hidden());
  return done(shown);
}

}  // namespace patchbay::behaviour
