#pragma once
// A supervisor's functions for whoever is not that supervisor: plugins, the console, the release handler, `tree`.
#include <future>
#include <string>
#include <vector>

#include "behaviour/supervision.hpp"

namespace patchbay::behaviour {

/// Each runs under the supervisor's token, in the order of its messages, and the caller waits; a handler is held meanwhile.
/// Errors: those of `supervision`, and noproc, timeout, overloaded, shutdown, in_code_change, badarg (the process is no supervisor),
/// calling_self (also where that supervisor waits for the handler that asks, which is its child's init).
/// What timed out may still happen later. Thread: any.
class supervisor_control {
 public:
  explicit supervisor_control(process::system& system) : system_(system) {}

  outcome<std::vector<child_info>> which_children(pb_pid supervisor, process::milliseconds timeout);
  outcome<child_counts> count_children(pb_pid supervisor, process::milliseconds timeout);
  outcome<child_spec> get_childspec(pb_pid supervisor, child_name which, process::milliseconds timeout);
  outcome<child_spec> get_childspec(pb_pid supervisor, std::string id, process::milliseconds timeout) {
    return get_childspec(supervisor, child_name{std::move(id), 0}, timeout);
  }
  outcome<std::string> get_callback_module(pb_pid supervisor, process::milliseconds timeout);
  // As in OTP without a limit, unless one is given: init and terminate of the child take the time they take.
  /// With already_started *existing, if given, is who runs.
  outcome<pb_pid> start_child(pb_pid supervisor, child_request what, process::milliseconds timeout = process::infinity,
                              pb_pid* existing = nullptr);
  outcome<pb_pid> start_child(pb_pid supervisor, child_spec spec, process::milliseconds timeout = process::infinity) {
    std::string args = spec.args_json;
    return start_child(supervisor, child_request{std::move(spec), std::move(args)}, timeout);
  }
  outcome<void> terminate_child(pb_pid supervisor, child_name which, process::milliseconds timeout = process::infinity);
  outcome<void> terminate_child(pb_pid supervisor, std::string id, process::milliseconds timeout = process::infinity) {
    return terminate_child(supervisor, child_name{std::move(id), 0}, timeout);
  }
  outcome<pb_pid> restart_child(pb_pid supervisor, std::string id, process::milliseconds timeout = process::infinity);
  outcome<void> delete_child(pb_pid supervisor, std::string id, process::milliseconds timeout = process::infinity);
  outcome<void> resize(pb_pid supervisor, std::size_t partitions, process::milliseconds timeout = process::infinity);

  /// which_children that does not wait: the answer comes when the supervisor gets to it, or it ends. Thread: any.
  std::future<outcome<std::vector<child_info>>> ask_children(pb_pid supervisor);

 private:
  process::system& system_;
};

}  // namespace patchbay::behaviour
