#pragma once
// The state of one supervisor process: its children, and what happens to them.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "behaviour/child_spec.hpp"
#include "behaviour/child_table.hpp"
#include "behaviour/host_table.hpp"
#include "behaviour/partition_table.hpp"
#include "behaviour/restart_window.hpp"
#include "port/outcome.hpp"
#include "process/process.hpp"
#include "process/system.hpp"

namespace patchbay::behaviour {

/// What every supervisor of a host uses. Outlives them.
struct supervisor_context {
  process::system* system = nullptr;
  host_table::module_finder find_module;
  partition_table* partitions = nullptr;  ///< nullptr: no PartitionSupervisor can run
};

/// One line of which_children.
struct child_info {
  std::string id;  ///< `undefined` where children have none
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
/// Whom terminate_child and get_childspec mean: by id, or where that is empty by pid.
struct child_name {
  std::string id;
  pb_pid pid = 0;
};
/// What start_child brings: a simple_one_for_one supervisor reads the args alone, so its spec may be wrong.
struct child_request {
  outcome<child_spec> spec;
  std::string args_json;
};

/// All of it is the host's: a swap may exchange the supervisor's module under it. A child is looked up by name whenever it starts, so
/// one that is restarted after an upgrade starts in the serving generation.
/// REQUIRES of every function: the supervisor's token, as the running process.
class supervision {
 public:
  /// After a kill that a running handler does not obey: how long a stop waits before it goes on without that child.
  static constexpr process::milliseconds kill_limit{5000};

  /// `args_json`: what its init was given, and will be given again by every code_change.
  supervision(const supervisor_context& context, process::process& self, const sup_flags& flags, std::string args_json);
  supervision(const supervision&) = delete;
  supervision& operator=(const supervision&) = delete;
  ~supervision();

  /// Starts them left to right. Where one fails those before it are stopped in reverse: {shutdown,{failed_to_start_child,Id,Why}}.
  /// The one child of a simple_one_for_one supervisor is what start_child starts.
  std::optional<process::reason> start_children(std::vector<child_spec> specs);
  /// In reverse, each as its spec says; children without ids all at once. Afterwards no child runs.
  void stop_children();
  /// An exit signal of a linked process; one that is no child (any more) is nobody's concern.
  void child_exited(pb_pid pid, const process::reason& why);

  // supervisor's functions of the same names. Error codes are OTP's terms: already_present, already_started, running, restarting,
  // not_found, simple_one_for_one, max_children, start_spec; and start_error for a child whose start failed, with its reason as the text.
  [[nodiscard]] std::vector<child_info> which_children() const;  ///< newest first
  [[nodiscard]] child_counts count_children() const;
  outcome<child_spec> get_childspec(const child_name& which);
  /// The pid; 0 where init answered ignore ({ok,undefined}). With already_started `existing` is who runs.
  outcome<pb_pid> start_child(child_request what, pb_pid& existing);
  outcome<void> terminate_child(const child_name& which);
  outcome<pb_pid> restart_child(std::string_view id);
  outcome<void> delete_child(std::string_view id);
  /// `application/module`.
  [[nodiscard]] std::string get_callback_module() const;
  /// PartitionSupervisor.resize!: the first so many partitions run. Errors: badarg, start_error.
  outcome<void> resize(std::size_t partitions);

  [[nodiscard]] const sup_flags& flags() const noexcept { return flags_; }

 private:
  friend class supervisor_change;
  struct started {
    bool ok = false;  ///< also with ignore: then the pid is 0
    process::reason why;
    pb_pid existing = 0;
    pb_status status = PB_OK;
  };
  started start(child& which);
  void set_pid(child& which, pb_pid pid);
  /// It has ended and stays so: its spec goes where it is temporary or has no id.
  void drop(child& gone);
  void auto_shutdown();
  void restart(child& which);
  // By the strategies. The child whose start failed, nullptr: none.
  child* restart_one(child& which);
  child* restart_from(child_table::list::iterator first);
  void retry(std::uint64_t serial);
  /// By a message to itself: what waits in the mailbox gets its turn between two attempts.
  void try_again(child& which);
  void stop(child& which);
  void stop_at_once();
  process::reason end(const child& which);
  static bool expected(const child_spec& spec, const process::reason& why);
  outcome<pb_pid> start_static(child_spec spec, pb_pid& existing);
  outcome<pb_pid> start_dynamic(child_spec spec, pb_pid& existing);
  static error start_error(const started& result);
  outcome<child*> find_child(const child_name& which);
  outcome<child*> stopped_child(std::string_view id);
  void report(std::string_view context, const process::reason& why, const child& offender, std::size_t times = 1) const;

  const supervisor_context& context_;
  process::process& self_;
  std::string args_json_;
  sup_flags flags_;
  restart_window window_;
  child_table children_;
  std::optional<child_spec> template_;  // simple_one_for_one: of every child
};

}  // namespace patchbay::behaviour
