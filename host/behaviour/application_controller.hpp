#pragma once
// Starts and stops applications and watches their top processes (OTP's application_controller, without a process of its own).
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "behaviour/application.hpp"
#include "behaviour/environment.hpp"
#include "behaviour/host_table.hpp"
#include "port/outcome.hpp"
#include "process/system.hpp"

namespace patchbay::behaviour {

struct application_options {
  host_table::module_finder find_module;
  /// What the release that serves says of an application; empty: it has none of that name. Empty: nothing is known but what start is given.
  std::function<std::optional<application>(const std::string& name)> find_application = nullptr;
  /// A permanent application ended, or a transient one abnormally: OTP ends the node. Thread: a watcher's; it must not wait for this
  /// controller, nor destroy it.
  std::function<void(const std::string& application, const process::reason& why)> on_permanent_exit = nullptr;
  /// After `shutdown` to a top process: how long it may take until it is killed.
  process::milliseconds stop_limit = std::chrono::minutes(1);
  /// After the kill: a running handler cannot be ended; the stop goes on without it.
  process::milliseconds kill_limit{5000};
};

enum class start_mode : std::uint8_t { serial, concurrent };

/// Thread: any; what changes an application waits for what else changes it. In a handler the calling process waits too, and what is asked runs
/// on a thread of its own: a top process has no parent. Errors of all that may be called in a handler: badarg, where that
/// process is of the application itself, which cannot wait for itself. stop_now never waits.
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
  /// application:start/2 of one that is described here; a second start of one that was loaded or has ended may bring a new description.
  /// Errors: {already_started,A}, {not_started,Dep}, undef_module, bad_json (env or args), application_start_failure with the reason,
  /// shutdown (a stop was asked for).
  outcome<void> start(const application& what);
  /// One that is loaded, as it was described last, or that the release has. Errors: also {"no such file or directory",A.app}.
  outcome<void> start(const std::string& name, application_type type = application_type::temporary);
  /// application:ensure_all_started: what these need is started before them, all with this type; optional ones where the release has them. Those that it
  /// started, in their order. Where one fails those are stopped again. Errors: those of start.
  outcome<std::vector<std::string>> ensure_all_started(const std::vector<std::string>& names, application_type type,
                                                       start_mode mode = start_mode::serial);
  /// application:stop: prep_stop, exit shutdown to its top process, then a kill, stop. Errors: {not_started,A}.
  outcome<void> stop(std::string_view name);
  /// application:load, also what it includes. Errors: {already_loaded,A}, {"no such file or directory",A.app}.
  outcome<void> load(const std::string& name);
  /// application:unload. Errors: {running,A}, {not_loaded,A}.
  outcome<void> unload(std::string_view name);

  /// All in reverse; nothing is started afterwards. Idempotent.
  void stop_all();
  /// The second request: a stop_all under way (or the next one) kills and does not wait. Thread: any.
  void stop_now();

  /// The envs that a new release gives its applications. Errors: bad_json.
  static outcome<environment::table> envs_of(const std::vector<application>& release);
  /// Tells of a release that serves from now on: descriptions hold from the next start, and the callback modules of those that run and whose env is not
  /// as in `before` (what environment::exchange gave back) get config_change.
  void config_change(const std::vector<application>& release, const environment::table& before);
  [[nodiscard]] environment& env() noexcept { return environment_; }

  [[nodiscard]] std::vector<application_info> which_applications() const;  ///< all that are loaded, in start order
  /// A supervisor that does not answer within `timeout` shows as busy, and holds nobody up but those below it.
  [[nodiscard]] std::vector<application_tree> tree(process::milliseconds timeout = process::milliseconds(1000)) const;

 private:
  // Invariants:
  //  - Who brings an entry from loaded or running into another stage owns it until it brings it back. Only the owner changes the entry, but for
  //    `top` and `given_up`, which its watcher clears. Everybody else waits in settled().
  //  - `what`, `now`, `owner`, `top` and `given_up` are written under mutex_; the owner reads `what` without it, as nobody else writes that.
  //  - An entry leaves the list only by its owner, with its threads joined.
  //  - A limiter sleeps until its run is another, has ended or its time is over; then it becomes the owner, as stopping, or leaves it to who is.
  //  - A watcher outlives its top process, and becomes the owner where that ended by itself. One that is joined by the owner does not wait
  //    for it: `runs` is another number then.
  enum class stage : std::uint8_t { loaded, starting, running, changing, stopping };
  struct entry {
    application what;
    stage now = stage::loaded;
    std::thread::id owner;
    bool supervisor = false;
    bool given_up = false;  // its top process was killed and has not ended
    pb_pid top = 0;
    std::uint64_t runs = 0;
    std::string callbacks;   // the callback module that started it; empty: none
    std::string state_json;  // what that module's start answered
    std::thread watcher;
    std::thread limiter;  // of one with maxT: stops it when its time is over
    void join();
    [[nodiscard]] bool settled() const noexcept { return now == stage::loaded || now == stage::running; }
    [[nodiscard]] bool started() const noexcept { return now != stage::loaded && now != stage::starting; }
  };
  using guard = std::unique_lock<std::mutex>;
  /// What must run before an application does.
  struct need {
    std::string name;
    bool optional = false;
  };

  template <class Result, class Work>
  Result away(Work work);
  entry* find(std::string_view name);
  outcome<entry*> settled(guard& lock, std::string_view name, std::string_view caller);
  static void own(entry& which, stage now);
  void settle(entry& which, stage now);
  void erase(entry& owned);

  outcome<void> start_described(const application& what, std::string_view caller);
  outcome<void> start_named(const std::string& name, application_type type, std::string_view caller);
  bool adopt_type(const application& what);
  outcome<void> run(entry& which);
  outcome<void> start_top(entry& which, const std::string& module, const std::string& args_json);
  outcome<void> run_phases(const application& primary);
  outcome<void> run_phase(const std::string& name, const std::string& of);
  void watch(entry& which, std::uint64_t run, pb_ref end_of_top);
  void ended(entry& which, const process::reason& why);
  void limit(entry& which, std::uint64_t run);
  void report_exit(const application& what, const process::reason& why);

  std::optional<application> known(const std::string& name);
  outcome<application> described(const std::string& name);
  std::vector<need> needs_of(const application& what);
  outcome<std::vector<std::string>> missing(const std::vector<std::string>& names);
  outcome<void> load_included(const application& what);
  outcome<std::vector<std::string>> ensure(const std::vector<std::string>& names, application_type type,
                                           start_mode mode, std::string_view caller);
  outcome<void> start_wave(const std::vector<std::string>& wave, application_type type, std::string_view caller,
                           std::vector<std::string>& started);

  outcome<void> stop_named(std::string_view name, std::string_view caller);
  void stop_entry(entry& which);
  enum class ending { stopped, killed, given_up };
  ending end_top(entry& which);
  void tell_end(const application& what, ending how) const;
  std::string prepare_stop(const entry& which);
  void finish(const entry& which, const std::string& state_json);
  bool hurried() const;
  bool wait_until_ended(const entry& which, process::milliseconds limit);
  void forget(std::string_view name);

  process::system& system_;
  application_options options_;
  environment environment_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::list<entry> entries_;  // in start order; guarded by mutex_
  bool stopping_ = false;     // guarded by mutex_
  bool hurry_ = false;        // guarded by mutex_
};

/// The env with mod.args in it, which its top process or its callback module starts with: a key of args replaces the env's value whole.
/// Errors: bad_json.
outcome<nlohmann::json> start_args(const application& what, const nlohmann::json& env);

}  // namespace patchbay::behaviour
