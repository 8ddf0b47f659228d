#pragma once
// A runtime with two modules made by hand, as a plugin in plain C would: a worker that does what its args say, and a supervisor whose
// args are its children.
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "behaviour/gen_server.hpp"
#include "behaviour/host_table.hpp"
#include "behaviour/supervisor.hpp"
#include "behaviour/supervisor_control.hpp"
#include "process/module.hpp"
#include "process/process.hpp"
#include "process/system.hpp"

namespace patchbay::test {

/// Worker args: `id` names it in events (`init a`, `terminate a shutdown`); `trap` traps exits; `fail` fails init with that text, `ignore`
/// ignores; `fail_while` fails init as long as the flag of that name is up; `lingers` keeps terminate running as long as its flag is up.
/// Supervisor args: `strategy`, `intensity`, `period_s`, `auto_shutdown`, `dynamic`, `max_children`, `extra_args`, `partitions`,
/// `children` = [{id, module, name, restart, type, significant, shutdown_ms, args}].
class family {
 public:
  family();
  ~family();
  family(const family&) = delete;
  family& operator=(const family&) = delete;

  process::system& operator*() { return *system_; }
  process::system* operator->() { return system_.get(); }
  behaviour::supervisor_control& control() { return *control_; }
  behaviour::partition_table& partitions();
  behaviour::host_table::module_finder finder();

  process::spawned try_spawn(const std::string& module, const nlohmann::json& args, const std::string& name = {});
  pb_pid spawn(const std::string& module, const nlohmann::json& args, const std::string& name = {});
  /// From here on modules are looked up in this generation, 1 or 2. The worker of generation 2 says `init2`.
  void serve(int generation);

  /// Waits for a condition on what was said and logged, at most ten seconds.
  bool eventually(const std::function<bool()>& condition);
  /// A process's end is told before its slot is free.
  bool nobody_is_left();
  bool wait_for_event(const std::string& event, int times = 1);
  bool wait_for_log(const std::string& part, int times = 1);
  /// The events so far, joined by `, `.
  std::string events();
  int logged(const std::string& part);
  void clear_events();

  void raise(const std::string& flag);
  void lower(const std::string& flag);
  /// Runs a handler in a process that does not end before let_go. Returns when it runs.
  void hold(pb_pid pid);
  void let_go();

  // For the modules' functions.
  void say(std::string event);
  bool is_up(const std::string& flag);
  void wait_while_up(const std::string& flag);

 private:
  struct parts;
  std::unique_ptr<parts> parts_;
  std::unique_ptr<process::system> system_;
  std::unique_ptr<behaviour::supervisor_control> control_;
};

/// A child of module `worker`, permanent, 5 s.
nlohmann::json worker(const std::string& id, const nlohmann::json& more = {}, const nlohmann::json& more_args = {});
/// The one-line view of which_children, oldest first: `a b- c~` (- does not run, ~ restarting).
std::string names(const std::vector<behaviour::child_info>& newest_first);

}  // namespace patchbay::test
