#pragma once
// The state of one supervisor process: its children, and what happens to them.
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "behaviour/child_spec.hpp"
#include "behaviour/child_table.hpp"
#include "behaviour/host_table.hpp"
#include "behaviour/restart_window.hpp"
#include "port/outcome.hpp"
#include "process/process.hpp"
#include "process/system.hpp"

namespace patchbay::behaviour {

/// What every supervisor of a host uses. Outlives them.
struct supervisor_context {
  process::system* system = nullptr;
  host_table::module_finder find_module;
};

/// One line of which_children.
struct child_info {
  std::string id;
  pb_pid pid = 0;  ///< 0: undefined
  bool restarting = false;
  child_type type = child_type::worker;
  restart_type restart = restart_type::permanent;
  std::string module;
  std::string application;
  std::string name;
};
struct child_counts {
  std::size_t specs = 0;
  std::size_t active = 0;
  std::size_t supervisors = 0;
  std::size_t workers = 0;
};

/// All of it is the host's: a swap may exchange the supervisor's module under it. A child is looked up by name whenever it starts, so
/// one that is restarted after an upgrade starts in the serving generation.
/// REQUIRES of every function: the supervisor's token, as the running process.
class supervision {
 public:
  /// After a kill that a running handler does not obey: how long a stop waits before it goes on without that child.
  static constexpr process::milliseconds kill_limit{5000};

  supervision(const supervisor_context& context, process::process& self, const sup_flags& flags);

  /// Starts them left to right. Where one fails those before it are stopped in reverse: {shutdown,{failed_to_start_child,Id,Why}}.
  std::optional<process::reason> start_children(std::vector<child_spec> specs);
  /// In reverse, each as its spec says. Afterwards no child runs.
  void stop_children();
  /// An exit signal of a linked process; one that is no child (any more) is nobody's concern.
  void child_exited(pb_pid pid, const process::reason& why);

  // supervisor's functions of the same names. Error codes are OTP's terms: already_present, already_started, running, restarting,
  // not_found, start_spec; and start_error for a child whose start failed, with its reason as the text.
  [[nodiscard]] std::vector<child_info> which_children() const;  ///< newest first
  [[nodiscard]] child_counts count_children() const;
  outcome<child_spec> get_childspec(std::string_view id);
  /// The pid; 0 where init answered ignore ({ok,undefined}).
  outcome<pb_pid> start_child(child_spec spec);
  outcome<void> terminate_child(std::string_view id);
  outcome<pb_pid> restart_child(std::string_view id);
  outcome<void> delete_child(std::string_view id);

 private:
  struct started {
    bool ok = false;  ///< also with ignore: then the pid is 0
    process::reason why;
    pb_pid existing = 0;
  };
  started start(child& which);
  void restart(child& which);
  void retry(std::string_view id);
  void stop(child& which);
  process::reason end(const child& which);
  outcome<child*> stopped_child(std::string_view id);
  void report(std::string_view context, const process::reason& why, const child& offender) const;

  const supervisor_context& context_;
  process::process& self_;
  restart_window window_;
  child_table children_;
};

}  // namespace patchbay::behaviour
