#pragma once
// A supervisor's functions for threads outside its processes: the console, the release handler, `tree`.
#include <future>
#include <string>
#include <vector>

#include "behaviour/supervision.hpp"

namespace patchbay::behaviour {

/// Each runs under the supervisor's token, in the order of its messages, and the caller waits.
/// Errors: those of `supervision`, and noproc, timeout, badarg (the process is no supervisor, or the calling thread runs a process).
/// What timed out may still happen later. Thread: any that runs no process.
class supervisor_control {
 public:
  explicit supervisor_control(process::system& system) : system_(system) {}

  outcome<std::vector<child_info>> which_children(pb_pid supervisor, process::milliseconds timeout);
  outcome<child_counts> count_children(pb_pid supervisor, process::milliseconds timeout);
  outcome<child_spec> get_childspec(pb_pid supervisor, std::string id, process::milliseconds timeout);
  // As in OTP without a limit, unless one is given: init and terminate of the child take the time they take.
  outcome<pb_pid> start_child(pb_pid supervisor, child_spec spec, process::milliseconds timeout = process::infinity);
  outcome<void> terminate_child(pb_pid supervisor, std::string id, process::milliseconds timeout = process::infinity);
  outcome<pb_pid> restart_child(pb_pid supervisor, std::string id, process::milliseconds timeout = process::infinity);
  outcome<void> delete_child(pb_pid supervisor, std::string id, process::milliseconds timeout = process::infinity);

  /// which_children that does not wait: the answer comes when the supervisor gets to it, or it ends. Thread: any.
  std::future<outcome<std::vector<child_info>>> ask_children(pb_pid supervisor);

 private:
  process::system& system_;
};

}  // namespace patchbay::behaviour
