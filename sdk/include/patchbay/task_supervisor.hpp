#pragma once
// Elixir's Task.Supervisor: `{.id = "pages", .module = "task_supervisor", .name = "pages"}` in a supervisor's children. Its children are
// temporary: never started again. args: max_children (default: no limit), shutdown (ms for a child to end, default 5000).
#include <string>
#include <utility>
#include <vector>

#include <patchbay/async.hpp>

namespace patchbay::task_supervisor {

namespace detail {
using server = patchbay::detail::task_supervisor_server;

inline pid checked(patchbay::detail::task_child made) {
  return patchbay::detail::started_task({made.status, made.process, std::move(made.reason)});
}
}  // namespace detail

/// Task.Supervisor.start_child/2 (temporary): nobody waits for it. Throws status_error: PB_E_MAX_CHILDREN, and call_error where the supervisor
/// does not answer, as all of this file.
template <class Function>
pid start_child(const target& supervisor, Function function) {
  return detail::checked(call<detail::server::start_child>(callee(supervisor, infinity),
                                                           patchbay::detail::unawaited(std::move(function))));
}
/// Task.Supervisor.async/2: a child of the supervisor, linked to this process too.
template <class Function>
auto async(const target& supervisor, Function function) {
  const pid made = detail::checked(call<detail::server::new_child>(callee(supervisor, infinity)));
  link(made);
  return patchbay::detail::give_function(made, std::move(function));
}
/// Task.Supervisor.async_nolink/2: its end is seen only by who awaits it.
template <class Function>
auto async_nolink(const target& supervisor, Function function) {
  const pid made = detail::checked(call<detail::server::new_child>(callee(supervisor, infinity)));
  return patchbay::detail::give_function(made, std::move(function));
}
/// Task.Supervisor.children/1, oldest first.
inline std::vector<pid> children(const target& supervisor) {
  return call<detail::server::children>(callee(supervisor, infinity));
}
/// Task.Supervisor.terminate_child/2; false: not_found.
inline bool terminate_child(const target& supervisor, pid child) {
  return call<detail::server::terminate_child>(callee(supervisor, infinity), child);
}

}  // namespace patchbay::task_supervisor
