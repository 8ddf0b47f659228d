#pragma once
// supervisor's functions: starting, stopping and listing a supervisor's children.
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <patchbay/abi.h>
#include <patchbay/child_spec.hpp>
#include <patchbay/pid.hpp>
#include <patchbay/processes.hpp>
#include <patchbay/status.hpp>
#include <patchbay/table/host_table.hpp>
#include <patchbay/table/supervisor_module.hpp>

namespace patchbay {

/// One line of which_children.
struct child_info {
  std::string id;  ///< `undefined` where children have none
  pid process = pid::nobody;
  bool restarting = false;
  child_type type = child_type::worker;
  patchbay::restart restart = permanent;
  std::string module;  ///< `application/module`
  std::string name;
};

/// What count_children answers.
struct child_counts {
  std::uint64_t specs = 0;
  std::uint64_t active = 0;
  std::uint64_t supervisors = 0;
  std::uint64_t workers = 0;
};

/// What get_childspec answers.
struct known_child {
  std::string id;
  std::string module;  ///< `application/module`
  std::string name;
  std::string args_json;
  patchbay::restart restart = permanent;
  std::chrono::milliseconds shutdown{5000};
  child_type type = child_type::worker;
  bool significant = false;
};

namespace detail {

/// Throws status_error: PB_E_UNSUPPORTED where the host has none of these functions.
inline const pb_supervisor_api& supervisors() {
  const pb_supervisor_api* table = host().supervisors;
  if (table == nullptr) check(PB_E_UNSUPPORTED, "supervisors: this host has no functions for them");
  return *table;
}

inline pid change_child(const target& supervisor, std::uint32_t what, std::string_view id, pid child,
                        const char* function) {
  const auto whom = supervisor.abi();
  pb_pid out = 0;
  text_sink error;
  const auto status =
      supervisors().child(host_table, &whom, what, to_str(id), static_cast<pb_pid>(child), &out, error.get());
  if (status != PB_OK) {
    check(status, std::string(function) + " " + (id.empty() ? to_text(child) : std::string(id)), error.take());
  }
  return static_cast<pid>(out);
}

inline known_child known(const pb_child_info& info) {
  const pb_child_spec& spec = info.spec;
  return {std::string(to_view(spec.id)),
          std::string(to_view(spec.module)),
          std::string(to_view(spec.name)),
          std::string(to_view(spec.args_json)),
          static_cast<restart>(spec.restart),
          spec.shutdown_ms == PB_INFINITY ? infinity
                                          : std::chrono::milliseconds(static_cast<std::int64_t>(spec.shutdown_ms)),
          static_cast<child_type>(spec.type),
          spec.significant != 0};
}

}  // namespace detail

// All of them wait for the supervisor, without a limit, as in OTP; none may be called from the init or terminate of one of its own children.
// All throw status_error: PB_E_NOPROC, BADARG (it is no supervisor), CALLING_SELF; and what stands with each.

/// supervisor:start_child whose failure is a value: PB_E_ALREADY_PRESENT, ALREADY_STARTED (process is who runs), MAX_CHILDREN, BADARG (a bad
/// spec), INIT. process is nobody where init answered ignore. Of a simple_one_for_one supervisor only the args are read, over those of its spec.
inline start_outcome try_start_child(const target& supervisor, const child_spec& child) {
  const auto whom = supervisor.abi();
  const pb_child_spec raw = detail::raw_spec(child);
  pb_pid made = 0;
  detail::text_sink error;
  const auto status = detail::supervisors().start_child(detail::host_table, &whom, &raw, &made, error.get());
  return {status, static_cast<pid>(made), error.take()};
}
/// supervisor:start_child. Throws as try_start_child answers.
inline pid start_child(const target& supervisor, const child_spec& child) {
  auto made = try_start_child(supervisor, child);
  detail::check(made.status, "start_child " + (child.id.empty() ? child.module : child.id), std::move(made.reason));
  return made.process;
}

/// supervisor:terminate_child by id: PB_E_NOT_FOUND, SIMPLE_ONE_FOR_ONE.
inline void terminate_child(const target& supervisor, std::string_view id) {
  detail::change_child(supervisor, PB_CHILD_TERMINATE, id, pid::nobody, "terminate_child");
}
/// By pid, for children without ids (simple_one_for_one, dynamic): PB_E_NOT_FOUND.
inline void terminate_child(const target& supervisor, pid child) {
  detail::change_child(supervisor, PB_CHILD_TERMINATE, {}, child, "terminate_child");
}
/// supervisor:restart_child: PB_E_NOT_FOUND, RUNNING, RESTARTING, SIMPLE_ONE_FOR_ONE, INIT.
inline pid restart_child(const target& supervisor, std::string_view id) {
  return detail::change_child(supervisor, PB_CHILD_RESTART, id, pid::nobody, "restart_child");
}
/// supervisor:delete_child: PB_E_NOT_FOUND, RUNNING, RESTARTING, SIMPLE_ONE_FOR_ONE.
inline void delete_child(const target& supervisor, std::string_view id) {
  detail::change_child(supervisor, PB_CHILD_DELETE, id, pid::nobody, "delete_child");
}

/// supervisor:which_children, newest first.
inline std::vector<child_info> which_children(const target& supervisor) {
  const auto whom = supervisor.abi();
  std::vector<child_info> list;
  const pb_child_reader reader{&list, [](void* context, const pb_child_info* info) {
                                 auto known = detail::known(*info);
                                 static_cast<std::vector<child_info>*>(context)->push_back(
                                     {std::move(known.id), static_cast<pid>(info->pid), info->restarting != 0,
                                      known.type, known.restart, std::move(known.module), std::move(known.name)});
                               }};
  detail::text_sink error;
  const auto status = detail::supervisors().which_children(detail::host_table, &whom, &reader, error.get());
  if (status != PB_OK) detail::check(status, "which_children of " + supervisor.text(), error.take());
  return list;
}

/// supervisor:count_children.
inline child_counts count_children(const target& supervisor) {
  const auto whom = supervisor.abi();
  pb_child_counts counts{};
  detail::text_sink error;
  const auto status = detail::supervisors().count_children(detail::host_table, &whom, &counts, error.get());
  if (status != PB_OK) detail::check(status, "count_children of " + supervisor.text(), error.take());
  return {counts.specs, counts.active, counts.supervisors, counts.workers};
}

namespace detail {
inline known_child get_childspec(const target& supervisor, std::string_view id, pid child) {
  const auto whom = supervisor.abi();
  known_child found;
  const pb_child_reader reader{
      &found, [](void* context, const pb_child_info* info) { *static_cast<known_child*>(context) = known(*info); }};
  text_sink error;
  const auto status =
      supervisors().get_childspec(host_table, &whom, to_str(id), static_cast<pb_pid>(child), &reader, error.get());
  if (status != PB_OK) check(status, "get_childspec of " + supervisor.text(), error.take());
  return found;
}
}  // namespace detail

/// supervisor:get_childspec: PB_E_NOT_FOUND.
inline known_child get_childspec(const target& supervisor, std::string_view id) {
  return detail::get_childspec(supervisor, id, pid::nobody);
}
inline known_child get_childspec(const target& supervisor, pid child) {
  return detail::get_childspec(supervisor, {}, child);
}

/// supervisor:get_callback_module: `application/module`.
inline std::string get_callback_module(const target& supervisor) {
  const auto whom = supervisor.abi();
  detail::text_sink name;
  detail::text_sink error;
  const auto status = detail::supervisors().get_callback_module(detail::host_table, &whom, name.get(), error.get());
  if (status != PB_OK) detail::check(status, "get_callback_module of " + supervisor.text(), error.take());
  return name.take();
}

/// supervisor:check_childspecs/1 and /2: empty where they are right, otherwise what is wrong, in OTP's words. Without auto_shutdown nothing is
/// said about significant children of a supervisor that never shuts down by itself.
inline std::string check_childspecs(const std::vector<child_spec>& specs, std::optional<auto_shutdown> when = {}) {
  std::vector<pb_child_spec> raw;
  raw.reserve(specs.size());
  for (const auto& each : specs) raw.push_back(detail::raw_spec(each));
  detail::text_sink error;
  const auto status = detail::supervisors().check_childspecs(
      detail::host_table, raw.data(), raw.size(),
      when ? static_cast<std::uint32_t>(*when) : static_cast<std::uint32_t>(PB_AUTO_SHUTDOWN_UNKNOWN), error.get());
  auto text = error.take();
  if (status != PB_OK && text.empty()) text = error_word(status);
  return status == PB_OK ? std::string() : text;
}

}  // namespace patchbay
