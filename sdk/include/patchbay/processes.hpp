#pragma once
// Names, starting and stopping.
#include <chrono>
#include <string>
#include <string_view>

#include <patchbay/abi.h>
#include <patchbay/arg_list.hpp>
#include <patchbay/pid.hpp>
#include <patchbay/reason.hpp>
#include <patchbay/signals.hpp>
#include <patchbay/status.hpp>
#include <patchbay/table/host_table.hpp>
#include <patchbay/table/texts.hpp>
#include <patchbay/times.hpp>

namespace patchbay {

/// The process whose handler runs on this thread; nobody outside.
inline pid self() noexcept { return static_cast<pid>(detail::host().self(detail::host_table)); }
/// The process under a local name, or nobody.
inline pid whereis(std::string_view name) noexcept {
  return static_cast<pid>(detail::host().whereis(detail::host_table, detail::to_str(name)));
}
/// Gives the running process a local name. Throws status_error: PB_E_BADARG where it is taken, empty or above 255 bytes.
inline void register_name(std::string_view name) {
  detail::check(detail::host().register_name(detail::host_table, detail::to_str(name)),
                "register_name " + std::string(name));
}
inline void unregister_name(std::string_view name) {
  detail::check(detail::host().unregister_name(detail::host_table, detail::to_str(name)),
                "unregister_name " + std::string(name));
}

/// OTP's options of start; for designated initialisers.
struct start_options {
  std::string name = {};  ///< local name, or via(…), to register before init runs, or none
  arg_list args = {};
  std::chrono::milliseconds timeout =
      infinity;            ///< for init, which is not interrupted: what took longer is killed after it
  std::string debug = {};  ///< sys options: `trace,log,log:N,statistics`
};

/// What became of a start: the process, or why there is none.
struct start_outcome {
  pb_status status = PB_OK;
  patchbay::pid process = patchbay::pid::nobody;  ///< with PB_E_ALREADY_STARTED, who has the name
  std::string reason = {};
  monitor_ref monitor = monitor_ref::none;  ///< of start_monitor
  [[nodiscard]] bool ok() const noexcept { return status == PB_OK; }
};

namespace detail {
inline start_outcome start_process(std::string_view module, const start_options& options, std::uint32_t flags) {
  pb_start how{};
  how.struct_size = sizeof how;
  how.flags = flags;
  how.module = to_str(module);
  how.name = to_str(options.name);
  how.args_json = to_str(options.args.json());
  how.timeout_ms = to_ms(options.timeout);
  how.debug = to_str(options.debug);
  pb_ref monitor = 0;
  how.out_monitor = &monitor;
  pb_pid made = 0;
  text_sink error;
  const auto status = host().start(host_table, &how, &made, error.get());
  return {status, static_cast<pid>(made), error.take(), static_cast<monitor_ref>(monitor)};
}
inline pid started(start_outcome outcome, std::string_view module) {
  check(outcome.status, "start of " + std::string(module), std::move(outcome.reason));
  return outcome.process;
}
}  // namespace detail

/// gen_server:start of a module, `module` of the own application or `application/module`: returns when init has.
/// Throws status_error: PB_E_ALREADY_STARTED, IGNORE, INIT, TIMEOUT, UNDEF_MODULE, SYSTEM_LIMIT.
inline pid start(std::string_view module, const start_options& options = {}) {
  return detail::started(detail::start_process(module, options, 0), module);
}
/// gen_server:start_link. Only in a handler.
inline pid start_link(std::string_view module, const start_options& options = {}) {
  return detail::started(detail::start_process(module, options, PB_START_LINK), module);
}
/// start and start_link whose failure is a value: `{error, {already_started, Pid}}`, timeout, ignore, the reason of init.
inline start_outcome try_start(std::string_view module, const start_options& options = {}) {
  return detail::start_process(module, options, 0);
}
inline start_outcome try_start_link(std::string_view module, const start_options& options = {}) {
  return detail::start_process(module, options, PB_START_LINK);
}

/// {ok, {Pid, MRef}}.
struct monitored_process {
  pid process = pid::nobody;
  monitor_ref monitor = monitor_ref::none;
};
/// gen_server:start_monitor: a `down` comes when it ends, none where it did not start. Only in a handler.
inline monitored_process start_monitor(std::string_view module, const start_options& options = {}) {
  auto outcome = detail::start_process(module, options, PB_START_MONITOR);
  const monitor_ref monitor = outcome.monitor;
  return {detail::started(std::move(outcome), module), monitor};
}
inline start_outcome try_start_monitor(std::string_view module, const start_options& options = {}) {
  return detail::start_process(module, options, PB_START_MONITOR);
}

namespace gen_server {
/// gen_server:stop: asks for an orderly end and waits for it. It has a namespace because patchbay::stop is an answer.
/// Throws status_error: PB_E_NOPROC, TIMEOUT (it ends later), EXIT (it ended for another reason, which is reason()).
inline void stop(const target& to, const exit_reason& reason = normal, std::chrono::milliseconds timeout = infinity) {
  const auto whom = to.abi();
  const auto why = reason.abi();
  detail::text_sink error;
  const auto status = detail::host().stop(detail::host_table, &whom, &why, detail::to_ms(timeout), error.get());
  if (status != PB_OK) detail::check(status, "stop of " + to.text(), error.take());
}
}  // namespace gen_server

}  // namespace patchbay
