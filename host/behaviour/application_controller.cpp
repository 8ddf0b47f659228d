#include "behaviour/application_controller.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include <nlohmann/json.hpp>

#include "message/codec.hpp"

namespace patchbay::behaviour {
namespace {

using process::milliseconds;
using process::reason;

outcome<nlohmann::json> parse_table(const application& what, const char* which, const std::string& text) {
  auto parsed = message::parse_json(text.empty() ? "{}" : text);
  if (parsed && parsed->is_object()) return parsed;
  return error{"bad_json", what.name + " " + what.version + ": " + which + ": " +
                               (parsed ? "must be a table" : parsed.failure().text)};
}

/// The env with mod.args in it; OTP's way: a key of args replaces the env's value whole.
outcome<std::string> start_args(const application& what) {
  auto env = parse_table(what, "env", what.env_json);
  if (!env) return env.failure();
  const auto args = parse_table(what, "mod.args", what.mod_args_json);
  if (!args) return args.failure();
  env->update(*args);
  return env->dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace

application_controller::application_controller(process::system& system, application_options options)
    : system_(system), options_(std::move(options)) {}

application_controller::~application_controller() {
  stop_now();
  stop_all();
  for (auto& each : entries_) {
    if (each.watcher.joinable()) each.watcher.join();
  }
}

application_controller::entry* application_controller::find(std::string_view name) {
  const auto found =
      std::find_if(entries_.begin(), entries_.end(), [&](const entry& e) { return e.what.name == name; });
  return found == entries_.end() ? nullptr : &*found;
}

outcome<void> application_controller::start_all(const std::vector<application>& in_order) {
  const std::lock_guard operation(operations_);
  std::vector<std::string> done;
  for (const auto& next : in_order) {
    auto started = start_checked(next);
    if (started) {
      if (next.type != application_type::none) done.push_back(next.name);
      continue;
    }
    for (auto name = done.rbegin(); name != done.rend(); ++name) forget(*name);
    return started;
  }
  return {};
}

outcome<void> application_controller::start(const application& what) {
  const std::lock_guard operation(operations_);
  return start_checked(what);
}

outcome<void> application_controller::start(const std::string& name) {
  const std::lock_guard operation(operations_);
  application what;
  {
    const std::lock_guard lock(mutex_);
    const entry* known = find(name);
    if (known == nullptr) return error{"not_loaded", "{not_loaded," + name + "}"};
    what = known->what;
  }
  // Asked for by name, `load` is what it was, not what it shall be.
  if (what.type == application_type::load) what.type = application_type::temporary;
  return start_checked(what);
}

outcome<void> application_controller::start_checked(const application& what) {
  if (what.type == application_type::none) return {};
  entry* made = nullptr;
  bool known = false;
  {
    const std::lock_guard lock(mutex_);
    if (stopping_) return error{"shutdown", "shutdown: the host is stopping; " + what.name + " is not started"};
    made = find(what.name);
    known = made != nullptr;
    if (known && made->started) return error{"already_started", "{already_started," + what.name + "}"};
    for (const auto& needed : what.applications) {
      const entry* there = find(needed);
      if (what.type == application_type::load || (there != nullptr && there->started)) continue;
      return error{"not_started", "{not_started," + needed + "}: " + what.name + " " + what.version + " needs it"};
    }
    if (!known) made = &entries_.emplace_back();
    made->what = what;
  }
  if (what.type == application_type::load) return {};
  auto started = run(*made, what);
  if (!started && !known) forget(what.name);
  return started;
}

outcome<void> application_controller::run(entry& which, const application& what) {
  // Of one that ran before and has ended.
  if (which.watcher.joinable()) which.watcher.join();
  const auto args = start_args(what);
  if (!args) return args.failure();
  pb_pid top = 0;
  pb_ref end_of_top = 0;
  bool supervisor = false;
  if (!what.mod_module.empty()) {
    process::spawn_request request;
    request.find_module = [&] {
      const process::module* found = options_.find_module(what.mod_module, what.name);
      if (found != nullptr) supervisor = found->table().behaviour == PB_BEHAVIOUR_SUPERVISOR;
      return found;
    };
    request.args_json = *args;
    // From its first instant: one that ends at once has a reason too.
    request.watch = true;
    const process::spawned made = system_.spawn(request);
    if (!made) {
      if (made.failure.status == PB_E_UNDEF_MODULE) {
        return error{"undef_module", what.name + " " + what.version + ": mod names " + what.mod_module +
                                         ", which no loaded plugin has"};
      }
      const std::string why = made.failure.status == PB_E_IGNORE ? "ignore" : made.failure.why.words();
      return error{"application_start_failure",
                   "{application_start_failure," + what.name + ",{" + what.mod_module + "," + why + "}}"};
    }
    top = made.pid;
    end_of_top = made.watch;
  }
  {
    const std::lock_guard lock(mutex_);
    which.top = top;
    which.supervisor = supervisor;
    which.started = true;
    which.stopping = false;
    // The order of starts is that of stops, also for one that was loaded or ran before.
    const auto place = std::find_if(entries_.begin(), entries_.end(), [&](const entry& e) { return &e == &which; });
    entries_.splice(entries_.end(), entries_, place);
  }
  if (top != 0) which.watcher = std::thread([this, &which, end_of_top] { watch(which, end_of_top); });
  system_.log(PB_LOG_INFO,
              "application " + what.name + " " + what.version + " started (" + std::string(word(what.type)) + ")");
  return {};
}

void application_controller::watch(entry& which, pb_ref end_of_top) {
  if (const auto why = system_.wait_for_watched(end_of_top)) return ended(which, *why);
  // The host stops under it: nobody is left to tell.
  const std::lock_guard lock(mutex_);
  which.started = false;
  which.top = 0;
  changed_.notify_all();
}

void application_controller::ended(entry& which, const reason& why) {
  application what;
  {
    const std::lock_guard lock(mutex_);
    which.started = false;
    which.top = 0;
    changed_.notify_all();
    if (which.stopping) return;
    what = which.what;
  }
  const bool calm = why.kind == PB_EXIT_NORMAL;
  process::report exit;
  exit.level = calm ? PB_LOG_INFO : PB_LOG_ERROR;
  exit.kind = process::report_kind::application;
  exit.label = "{application_controller,exit}";
  exit.application = what.name;
  exit.version = what.version;
  exit.reason = why.words();
  exit.text = "application_controller exit report: application: " + what.name + ", exited: " + why.words() +
              ", type: " + std::string(word(what.type));
  system_.tell(std::move(exit));
  const bool serious = what.type == application_type::permanent || (what.type == application_type::transient && !calm);
  if (serious && options_.on_permanent_exit) options_.on_permanent_exit(what.name, why);
}

bool application_controller::wait_until_stopped(const entry& which, milliseconds limit) {
  std::unique_lock lock(mutex_);
  const auto deadline = process::deadline_after(limit);
  const auto done = [&] { return !which.started || hurry_; };
  if (deadline == std::chrono::steady_clock::time_point::max()) {
    changed_.wait(lock, done);
  } else {
    changed_.wait_until(lock, deadline, done);
  }
  return !which.started;
}

void application_controller::stop_entry(entry& which) {
  pb_pid top = 0;
  std::string label;
  {
    const std::lock_guard lock(mutex_);
    which.stopping = true;
    top = which.top;
    if (top == 0) which.started = false;
    if (!which.started) return;
    label = "application " + which.what.name + " " + which.what.version;
  }
  system_.exit(top, reason::shutdown());
  if (wait_until_stopped(which, options_.stop_limit)) return system_.log(PB_LOG_INFO, label + " stopped");
  system_.exit(top, {PB_EXIT_KILL, {}});
  if (wait_until_stopped(which, options_.kill_limit)) return system_.log(PB_LOG_WARNING, label + " killed");
  system_.log(PB_LOG_WARNING, label + " killed; its top process " + process::pid_text(top) +
                                  " has not ended, and nobody waits for it any longer");
}

outcome<void> application_controller::stop(std::string_view name) {
  const std::lock_guard operation(operations_);
  entry* which = nullptr;
  {
    const std::lock_guard lock(mutex_);
    which = find(name);
    if (which == nullptr || !which->started) {
      return error{"not_started", "{not_started," + std::string(name) + "}"};
    }
  }
  stop_entry(*which);
  return {};
}

void application_controller::forget(std::string_view name) {
  entry* which = nullptr;
  {
    const std::lock_guard lock(mutex_);
    which = find(name);
  }
  if (which == nullptr) return;
  stop_entry(*which);
  {
    const std::lock_guard lock(mutex_);
    if (which->started) return;  // it does not end: its watcher needs it
  }
  if (which->watcher.joinable()) which->watcher.join();
  const std::lock_guard lock(mutex_);
  entries_.remove_if([&](const entry& e) { return &e == which; });
}

void application_controller::stop_all() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  const std::lock_guard operation(operations_);
  // Starts are over: only this thread changes the list.
  for (auto next = entries_.rbegin(); next != entries_.rend(); ++next) stop_entry(*next);
}

void application_controller::stop_now() {
  std::vector<pb_pid> tops;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    hurry_ = true;
    changed_.notify_all();
    for (auto& each : entries_) {
      if (each.top == 0) continue;
      each.stopping = true;
      tops.push_back(each.top);
    }
  }
  for (const pb_pid top : tops) system_.exit(top, {PB_EXIT_KILL, {}});
}

outcome<void> application_controller::config_change(const application& to) {
  if (auto args = start_args(to); !args) return args.failure();
  const std::lock_guard lock(mutex_);
  entry* which = find(to.name);
  if (which == nullptr) return error{"not_loaded", "{not_loaded," + to.name + "}"};
  which->what = to;
  return {};
}

std::vector<application_info> application_controller::which_applications() const {
  const std::lock_guard lock(mutex_);
  std::vector<application_info> list;
  for (const auto& each : entries_) {
    list.push_back({each.what.name, each.what.version, each.what.type, each.started, each.top});
  }
  return list;
}

}  // namespace patchbay::behaviour
