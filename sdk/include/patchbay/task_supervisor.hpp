#pragma once
// Elixir's Task.Supervisor: `task_supervisor::child_spec("pages")` in a supervisor's children. It is a DynamicSupervisor (children.hpp has the
// rest of what it can be asked); its children are temporary: never started again.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <patchbay/async.hpp>
#include <patchbay/children.hpp>

namespace patchbay::task_supervisor {

/// Task.Supervisor.child_spec/1: its id is its name. Without `max_children` there is no limit.
inline patchbay::child_spec child_spec(std::string name, std::optional<std::int64_t> max_children = {}) {
  patchbay::child_spec made{.id = name, .module = "task_supervisor"};
  made.name = std::move(name);
  made.type = child_type::supervisor;
  if (max_children) made.args = {{"max_children", *max_children}};
  return made;
}

namespace detail {
inline pid new_child(const target& supervisor, std::chrono::milliseconds shutdown) {
  return patchbay::detail::started_task(
      try_start_child(supervisor, {.module = "task", .restart = temporary, .shutdown = shutdown}));
}
}  // namespace detail

// `shutdown`: how long the child may take to end when the supervisor ends it. All of them throw status_error, as supervisor's functions:
// PB_E_MAX_CHILDREN, PB_E_NOPROC, ….

/// Task.Supervisor.start_child/3 (temporary): nobody waits for it.
template <class Function>
pid start_child(const target& supervisor, Function function,
                std::chrono::milliseconds shutdown = std::chrono::milliseconds(5000)) {
  const pid made = detail::new_child(supervisor, shutdown);
  cast<patchbay::detail::task_server::go>(made, patchbay::detail::unawaited(std::move(function)));
  return made;
}
/// Task.Supervisor.async/3: a child of the supervisor, linked to this process too.
template <class Function>
auto async(const target& supervisor, Function function,
           std::chrono::milliseconds shutdown = std::chrono::milliseconds(5000)) {
  const pid made = detail::new_child(supervisor, shutdown);
  link(made);
  return patchbay::detail::give_function(made, std::move(function));
}
/// Task.Supervisor.async_nolink/3: its end is seen only by who awaits it.
template <class Function>
auto async_nolink(const target& supervisor, Function function,
                  std::chrono::milliseconds shutdown = std::chrono::milliseconds(5000)) {
  const pid made = detail::new_child(supervisor, shutdown);
  return patchbay::detail::give_function(made, std::move(function));
}
/// Task.Supervisor.children/1, oldest first.
inline std::vector<pid> children(const target& supervisor) {
  std::vector<pid> found;
  for (const auto& each : which_children(supervisor)) {
    if (each.process != pid::nobody) found.push_back(each.process);
  }
  std::reverse(found.begin(), found.end());
  return found;
}
/// Task.Supervisor.terminate_child/2; false: not_found.
inline bool terminate_child(const target& supervisor, pid child) {
  try {
    patchbay::terminate_child(supervisor, child);
    return true;
  } catch (const status_error& failure) {
    if (failure.status() != PB_E_NOT_FOUND) throw;
    return false;
  }
}

}  // namespace patchbay::task_supervisor
