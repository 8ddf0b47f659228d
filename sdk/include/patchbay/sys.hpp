#pragma once
// OTP's sys: what an operator or a test does to any process, whatever its behaviour. Every function waits, by default 5 s, and throws status_error:
// PB_E_TIMEOUT, NOPROC, CALLING_SELF, and what it says itself. In a handler its process handles nothing else meanwhile.
#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <patchbay/abi.h>
#include <patchbay/pid.hpp>
#include <patchbay/reason.hpp>
#include <patchbay/serial/fingerprint.hpp>
#include <patchbay/serial/json_text.hpp>
#include <patchbay/serial/shape.hpp>
#include <patchbay/status.hpp>
#include <patchbay/table/host_table.hpp>
#include <patchbay/table/type.hpp>
#include <patchbay/times.hpp>

namespace patchbay::sys {

inline constexpr std::chrono::milliseconds default_timeout{5000};

/// What `log` and `statistics` are asked for, besides on and off.
struct get_t {};
struct print_t {};
inline constexpr get_t get{};
inline constexpr print_t print{};

namespace detail {

using namespace patchbay::detail;

inline const pb_sys_api& api() {
  // Tables grow by whole members.
  if (host().struct_size <= offsetof(pb_host, sys) || host().sys == nullptr)
    check(PB_E_UNSUPPORTED, "sys: this host does not offer it");
  return *host().sys;
}

inline std::string request(const target& to, std::uint32_t what, const char* name, std::string_view argument,
                           std::chrono::milliseconds timeout) {
  const auto whom = to.abi();
  text_sink answer;
  text_sink error;
  const auto status = api().request(host_table, &whom, what, {argument.data(), argument.size()}, to_ms(timeout),
                                    answer.get(), error.get());
  if (status != PB_OK) check(status, std::string("sys:") + name + " of " + to.text(), error.take());
  return answer.take();
}

template <class State>
State decoded(pb_bytes bytes, std::uint64_t schema_fp, const target& to) {
  if (schema_fp != fingerprint(shape_of<State>().schema)) {
    check(PB_E_DECODE, "sys:get_state of " + to.text(),
          "its state has another schema than the type that was asked for");
  }
  alignas(State) unsigned char room[sizeof(State)];
  text_sink error;
  const auto status = type_functions<State>::decode(bytes, room, error.get());
  if (status != PB_OK) check(status, "sys:get_state of " + to.text(), error.take());
  auto* made = std::launder(reinterpret_cast<State*>(room));
  State state(std::move(*made));
  std::destroy_at(made);
  return state;
}

/// A function on its way to a process, and what it made there.
template <class State, class Function>
struct state_change {
  Function function;
  std::optional<State> made;

  static pb_status call(void* context, pb_bytes old, std::uint64_t schema_fp, const pb_sink* next,
                        const pb_sink* error) {
    return guarded(error, PB_E_EXCEPTION, [&] {
      auto& self = **static_cast<std::shared_ptr<state_change>*>(context);
      self.made.emplace(self.function(decoded<State>(old, schema_fp, "the process")));
      return type_functions<State>::encode(&*self.made, next, error);
    });
  }
  static void drop(void* context) { delete static_cast<std::shared_ptr<state_change>*>(context); }
};

template <class Function>
struct debug_function {
  Function function;
  static std::uint32_t call(void* context, pb_pid process, pb_str event) {
    try {
      auto& self = *static_cast<debug_function*>(context);
      return self.function(static_cast<pid>(process), std::string_view(event.data, event.size)) ? 1 : 0;
    } catch (...) {
      return 0;  // as in OTP: a debug function that fails is removed
    }
  }
  static void drop(void* context) { delete static_cast<debug_function*>(context); }
};

}  // namespace detail

/// sys:suspend: the process queues everything and serves only system messages and the exit of its parent. Idempotent, not counted.
inline void suspend(const target& to, std::chrono::milliseconds timeout = default_timeout) {
  detail::request(to, PB_SYS_SUSPEND, "suspend", {}, timeout);
}
/// sys:resume: what was queued is handled, in its order.
inline void resume(const target& to, std::chrono::milliseconds timeout = default_timeout) {
  detail::request(to, PB_SYS_RESUME, "resume", {}, timeout);
}

/// sys:get_state as JSON (sdk/abi/schema.md); secrets are "***".
inline std::string get_state(const target& to, std::chrono::milliseconds timeout = default_timeout) {
  return detail::request(to, PB_SYS_GET_STATE, "get_state", {}, timeout);
}
/// sys:get_state as an object: a copy. PB_E_DECODE where the process's state is another type, PB_E_UNSUPPORTED for supervisors.
template <class State>
State get_state(const target& to, std::chrono::milliseconds timeout = default_timeout) {
  const auto whom = to.abi();
  detail::text_sink bytes;
  detail::text_sink error;
  std::uint64_t schema_fp = 0;
  const auto status =
      detail::api().get_state(detail::host_table, &whom, detail::to_ms(timeout), &schema_fp, bytes.get(), error.get());
  if (status != PB_OK) detail::check(status, "sys:get_state of " + to.text(), error.take());
  const std::string encoded = bytes.take();
  return detail::decoded<State>({encoded.data(), encoded.size()}, schema_fp, to);
}
/// sys:replace_state by JSON; "***" in its place is the secret that was there. The new state. PB_E_CALLBACK_FAILED: it does not fit the schema,
/// and the state is kept.
inline std::string replace_state(const target& to, std::string_view state_json,
                                 std::chrono::milliseconds timeout = default_timeout) {
  return detail::request(to, PB_SYS_REPLACE_STATE, "replace_state", state_json, timeout);
}
/// sys:replace_state: the function gets the state and returns the new one, which is the answer. It runs in the process: it calls nothing
/// that waits. PB_E_CALLBACK_FAILED: it threw, and the state is kept.
template <class State, std::invocable<State> Function>
State replace_state(const target& to, Function function, std::chrono::milliseconds timeout = default_timeout) {
  using change = detail::state_change<State, Function>;
  auto shared = std::make_shared<change>(change{std::move(function), std::nullopt});
  const auto whom = to.abi();
  const pb_sys_change handed{new std::shared_ptr<change>(shared), &change::call, &change::drop};
  detail::text_sink error;
  const auto status =
      detail::api().replace_state(detail::host_table, &whom, &handed, detail::to_ms(timeout), error.get());
  if (status != PB_OK) detail::check(status, "sys:replace_state of " + to.text(), error.take());
  return std::move(*shared->made);
}

/// sys:get_status as JSON (sdk/abi/sys.md), the state by format_status.
inline std::string get_status(const target& to, std::chrono::milliseconds timeout = default_timeout) {
  return detail::request(to, PB_SYS_GET_STATUS, "get_status", {}, timeout);
}

/// sys:trace: every event is a line of the host's log.
inline void trace(const target& to, bool on, std::chrono::milliseconds timeout = default_timeout) {
  detail::request(to, PB_SYS_TRACE, "trace", on ? "true" : "false", timeout);
}
/// sys:log: keeps the last events, 10 (true) or so many; false: none.
template <std::integral Count>
void log(const target& to, Count how, std::chrono::milliseconds timeout = default_timeout) {
  if constexpr (std::same_as<Count, bool>) {
    detail::request(to, PB_SYS_LOG, "log", how ? "true" : "false", timeout);
  } else {
    detail::request(to, PB_SYS_LOG, "log", std::to_string(how), timeout);
  }
}
/// The events that were kept, oldest first: a JSON array.
inline std::string log(const target& to, get_t, std::chrono::milliseconds timeout = default_timeout) {
  return detail::request(to, PB_SYS_LOG, "log", "\"get\"", timeout);
}
/// The same into the host's log.
inline void log(const target& to, print_t, std::chrono::milliseconds timeout = default_timeout) {
  detail::request(to, PB_SYS_LOG, "log", "\"print\"", timeout);
}
/// sys:log_to_file: appends every event to a file of the host's machine. PB_E_BADARG: open_file.
inline void log_to_file(const target& to, std::string_view path, std::chrono::milliseconds timeout = default_timeout) {
  detail::request(to, PB_SYS_LOG_TO_FILE, "log_to_file", detail::json_string(path), timeout);
}
inline void log_to_file(const target& to, std::nullptr_t, std::chrono::milliseconds timeout = default_timeout) {
  detail::request(to, PB_SYS_LOG_TO_FILE, "log_to_file", "false", timeout);
}
/// sys:statistics.
inline void statistics(const target& to, bool on, std::chrono::milliseconds timeout = default_timeout) {
  detail::request(to, PB_SYS_STATISTICS, "statistics", on ? "true" : "false", timeout);
}
/// JSON, or "no_statistics".
inline std::string statistics(const target& to, get_t, std::chrono::milliseconds timeout = default_timeout) {
  return detail::request(to, PB_SYS_STATISTICS, "statistics", "\"get\"", timeout);
}
/// sys:no_debug: all of the above off, installed functions removed.
inline void no_debug(const target& to, std::chrono::milliseconds timeout = default_timeout) {
  detail::request(to, PB_SYS_NO_DEBUG, "no_debug", {}, timeout);
}

/// sys:install: `bool function(pid, std::string_view event_json)` runs in the process for every event, until it returns false, throws, or is
/// removed. It calls nothing that waits. A name that is installed already stays as it is.
template <std::predicate<pid, std::string_view> Function>
void install(const target& to, std::string_view name, Function function,
             std::chrono::milliseconds timeout = default_timeout) {
  using kept = detail::debug_function<Function>;
  const auto& api = detail::api();
  const auto whom = to.abi();
  const pb_sys_function handed{new kept{std::move(function)}, &kept::call, &kept::drop};
  detail::text_sink error;
  const auto status =
      api.install(detail::host_table, &whom, {name.data(), name.size()}, &handed, detail::to_ms(timeout), error.get());
  if (status != PB_OK) detail::check(status, "sys:install of " + to.text(), error.take());
}
/// sys:remove.
inline void remove(const target& to, std::string_view name, std::chrono::milliseconds timeout = default_timeout) {
  const auto whom = to.abi();
  detail::text_sink error;
  const auto status =
      detail::api().remove(detail::host_table, &whom, {name.data(), name.size()}, detail::to_ms(timeout), error.get());
  if (status != PB_OK) detail::check(status, "sys:remove of " + to.text(), error.take());
}

/// sys:terminate: it ends with that reason, after its terminate.
inline void terminate(const target& to, const exit_reason& reason,
                      std::chrono::milliseconds timeout = default_timeout) {
  std::string words = reason.text();
  if (reason.word() == exit_word::normal) words = "normal";
  if (reason.word() == exit_word::shutdown) words = words.empty() ? "shutdown" : "{shutdown, " + words + "}";
  detail::request(to, PB_SYS_TERMINATE, "terminate", detail::json_string(words), timeout);
}

/// sys:change_code of a suspended process: that one moves to the newest loaded generation of its module, through code_change.
/// PB_E_UNKNOWN_SYSTEM_MSG where it is not suspended, PB_E_CALLBACK_FAILED where code_change failed: it is as it was.
inline void change_code(const target& to, std::chrono::milliseconds timeout = default_timeout) {
  detail::request(to, PB_SYS_CHANGE_CODE, "change_code", {}, timeout);
}

}  // namespace patchbay::sys
