#pragma once
// Starts and stops applications and watches their top processes (OTP's application_controller, without a process of its own).
#include <chrono>
#include <condition_variable>
#include <functional>
#include <list>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "behaviour/application.hpp"
#include "behaviour/host_table.hpp"
#include "port/outcome.hpp"
#include "process/system.hpp"

namespace patchbay::behaviour {

struct application_options {
  host_table::module_finder find_module;
  /// A permanent application ended, or a transient one abnormally: OTP ends the node. Thread: a watcher's; it must not wait for this
  /// controller, nor destroy it.
  std::function<void(const std::string& application, const process::reason& why)> on_permanent_exit;
  /// After `shutdown` to a top process: how long it may take until it is killed.
  process::milliseconds stop_limit = std::chrono::minutes(1);
  /// After the kill: a running handler cannot be ended; the stop goes on without it.
  process::milliseconds kill_limit{5000};
};

/// Thread: any that runs no process. Starts and stops follow each other; stop_now never waits.
class application_controller {
 public:
  application_controller(process::system& system, application_options options);
  /// Ends what still runs as stop_now does, and waits until it has ended or the system was stopped. REQUIRES: the system exists still.
  ~application_controller();
  application_controller(const application_controller&) = delete;
  application_controller& operator=(const application_controller&) = delete;

  /// Loads and starts them in this order, each when its dependencies are. Where one fails, those that this call started are stopped in
  /// reverse and all that it loaded is forgotten. Errors: those of start.
  outcome<void> start_all(const std::vector<application>& in_order);
  /// One application; a second start of one that was loaded or has ended may bring a new description.
  /// Errors: {already_started,A}, {not_started,Dep}, undef_module, bad_json (env or args), application_start_failure with the reason,
  /// shutdown (a stop was asked for).
  outcome<void> start(const application& what);
  /// One that is loaded, as it was described last. Errors: also {not_loaded,A}.
  outcome<void> start(const std::string& name);
  /// Stops its top process: exit shutdown, then a kill. Errors: {not_started,A}.
  outcome<void> stop(std::string_view name);

  /// All in reverse; nothing is started afterwards. Idempotent.
  void stop_all();
  /// The second request: a stop_all under way (or the next one) kills and does not wait. Thread: any.
  void stop_now();

  /// The new release's version, env and arguments of a loaded application; they hold from its next start. Errors: {not_loaded,A}.
  outcome<void> config_change(const application& to);

  [[nodiscard]] std::vector<application_info> which_applications() const;  ///< in start order
  /// A supervisor that does not answer within `timeout` shows as busy, and holds nobody up but those below it.
  [[nodiscard]] std::vector<application_tree> tree(process::milliseconds timeout = process::milliseconds(1000)) const;

 private:
  struct entry {
    application what;
    bool started = false;
    bool stopping = false;  // asked for: its end is no news
    bool supervisor = false;
    pb_pid top = 0;
    std::thread watcher;
  };

  outcome<void> start_checked(const application& what);
  outcome<void> run(entry& which, const application& what);
  void stop_entry(entry& which);
  void watch(entry& which, pb_ref end_of_top);
  void ended(entry& which, const process::reason& why);
  bool wait_until_stopped(const entry& which, process::milliseconds limit);
  entry* find(std::string_view name);
  void forget(std::string_view name);

  process::system& system_;
  application_options options_;
  std::mutex operations_;  // held by one start or stop at a time; taken before mutex_
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::list<entry> entries_;  // in start order; the list and the entries guarded by mutex_, the watchers by operations_
  bool stopping_ = false;     // guarded by mutex_
  bool hurry_ = false;        // guarded by mutex_
};

}  // namespace patchbay::behaviour
