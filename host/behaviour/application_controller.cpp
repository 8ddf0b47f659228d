// What applications are known, who may change them, and how they stop.
#include "behaviour/application_controller.hpp"

#include <algorithm>
#include <utility>

#include "behaviour/application_away.hpp"
#include "behaviour/application_callbacks.hpp"

namespace patchbay::behaviour {

using process::milliseconds;
using process::reason;

application_controller::application_controller(process::system& system, application_options options)
    : system_(system), options_(std::move(options)) {}

application_controller::~application_controller() {
  stop_now();
  stop_all();
  for (auto& each : entries_) each.join();
}

void application_controller::entry::join() {
  if (watcher.joinable()) watcher.join();
  if (limiter.joinable()) limiter.join();
}

application_controller::entry* application_controller::find(std::string_view name) {
  const auto found =
      std::find_if(entries_.begin(), entries_.end(), [&](const entry& e) { return e.what.name == name; });
  return found == entries_.end() ? nullptr : &*found;
}

/// The entry once nobody owns it, nullptr where there is none.
outcome<application_controller::entry*> application_controller::settled(guard& lock, std::string_view name,
                                                                        std::string_view caller) {
  while (true) {
    if (stopping_) {
      return error{"shutdown",
                   "shutdown: the host is stopping; " + std::string(name) + " is neither started nor stopped"};
    }
    entry* which = find(name);
    if (which == nullptr || which->settled()) return which;
    if (which->owner == std::this_thread::get_id() || name == caller) {
      return error{"badarg", "badarg: " + std::string(name) + " starts or stops, and waits for this caller to return"};
    }
    changed_.wait(lock);
  }
}

void application_controller::own(entry& which, stage now) {
  which.now = now;
  which.owner = std::this_thread::get_id();
}

void application_controller::settle(entry& which, stage now) {
  which.now = now;
  which.owner = {};
  changed_.notify_all();
}

/// One whose top process was given up stays: its watcher needs it.
void application_controller::erase(entry& owned) {
  guard lock(mutex_);
  if (owned.given_up) return settle(owned, stage::loaded);
  ++owned.runs;
  changed_.notify_all();
  lock.unlock();
  owned.join();
  lock.lock();
  entries_.remove_if([&](const entry& e) { return &e == &owned; });
  changed_.notify_all();
}

bool application_controller::hurried() const {
  const guard lock(mutex_);
  return hurry_;
}

bool application_controller::wait_until_ended(const entry& which, milliseconds limit) {
  guard lock(mutex_);
  const auto deadline = process::deadline_after(limit);
  const auto done = [&] { return which.top == 0 || hurry_; };
  if (deadline == std::chrono::steady_clock::time_point::max()) {
    changed_.wait(lock, done);
  } else {
    changed_.wait_until(lock, deadline, done);
  }
  return which.top == 0;
}

/// REQUIRES: owned.
application_controller::ending application_controller::end_top(entry& which) {
  pb_pid top = 0;
  {
    const guard lock(mutex_);
    top = which.top;
  }
  // In a hurry stop_now kills it, here or before this began.
  if (top == 0) return hurried() ? ending::killed : ending::stopped;
  system_.exit(top, reason::shutdown(), true);
  if (wait_until_ended(which, options_.stop_limit)) return hurried() ? ending::killed : ending::stopped;
  system_.exit(top, {PB_EXIT_KILL, {}});
  wait_until_ended(which, options_.kill_limit);
  const guard lock(mutex_);
  which.given_up = which.top != 0;
  return which.given_up ? ending::given_up : ending::killed;
}

void application_controller::tell_end(const application& what, ending how) const {
  const std::string label = "application " + what.name + " " + what.version;
  switch (how) {
    case ending::stopped:
      return system_.log(PB_LOG_INFO, label + " stopped");
    case ending::killed:
      return system_.log(PB_LOG_WARNING, label + " killed");
    case ending::given_up:
      return system_.log(PB_LOG_WARNING,
                         label + " killed; its top process has not ended, and nobody waits for it any longer");
  }
}

/// The state for stop.
std::string application_controller::prepare_stop(const entry& which) {
  const application_callbacks module(options_.find_module, which.callbacks, which.what.name);
  if (!module.is_application() || hurried()) return which.state_json;
  auto state = module.prep_stop(which.state_json);
  if (state) return *state;
  system_.log(PB_LOG_ERROR,
              "application_master shutdown_error: " + which.what.name + ": prep_stop: " + state.failure().text);
  return which.state_json;
}

void application_controller::finish(const entry& which, const std::string& state_json) {
  const application_callbacks module(options_.find_module, which.callbacks, which.what.name);
  if (!module.is_application() || hurried()) return;
  if (auto done = module.stop(state_json); !done)
    system_.log(PB_LOG_ERROR,
                "application_master shutdown_error: " + which.what.name + ": stop: " + done.failure().text);
}

/// REQUIRES: owned, as stopping; gives it back as loaded.
void application_controller::stop_entry(entry& which) {
  const std::string state = prepare_stop(which);
  const ending how = end_top(which);
  if (how != ending::given_up) finish(which, state);
  tell_end(which.what, how);
  const guard lock(mutex_);
  settle(which, stage::loaded);
}

outcome<void> application_controller::stop(std::string_view name) {
  return away<outcome<void>>([&](std::string_view caller) { return stop_named(name, caller); });
}

outcome<void> application_controller::stop_named(std::string_view name, std::string_view caller) {
  entry* which = nullptr;
  {
    guard lock(mutex_);
    const auto found = settled(lock, name, caller);
    if (!found) return found.failure();
    which = *found;
    if (which == nullptr || which->now != stage::running) {
      return error{"not_started", "{not_started," + std::string(name) + "}"};
    }
    if (name == caller) {
      return error{"badarg", "badarg: a process of " + std::string(name) + " cannot wait for the end of " +
                                 std::string(name) + ", which waits for it"};
    }
    own(*which, stage::stopping);
  }
  stop_entry(*which);
  return {};
}

void application_controller::forget(std::string_view name) {
  if (auto stopped = stop_named(name, {}); !stopped && stopped.failure().code != "not_started") return;
  (void)unload(name);
}

outcome<void> application_controller::unload(std::string_view name) {
  return away<outcome<void>>([&](std::string_view caller) -> outcome<void> {
    entry* which = nullptr;
    {
      guard lock(mutex_);
      const auto found = settled(lock, name, caller);
      if (!found) return found.failure();
      which = *found;
      if (which == nullptr) return error{"not_loaded", "{not_loaded," + std::string(name) + "}"};
      if (which->now == stage::running || which->given_up)
        return error{"running", "{running," + std::string(name) + "}"};
      own(*which, stage::stopping);
    }
    erase(*which);
    environment_.forget(name);
    return {};
  });
}

void application_controller::stop_all() {
  guard lock(mutex_);
  stopping_ = true;
  changed_.notify_all();
  while (true) {
    const auto last =
        std::find_if(entries_.rbegin(), entries_.rend(), [](const entry& e) { return e.now != stage::loaded; });
    if (last == entries_.rend()) return;
    entry& which = *last;
    if (!which.settled()) {
      changed_.wait(lock);  // for its owner
      continue;
    }
    own(which, stage::stopping);
    lock.unlock();
    stop_entry(which);
    lock.lock();
  }
}

void application_controller::stop_now() {
  std::vector<pb_pid> tops;
  {
    const guard lock(mutex_);
    stopping_ = true;
    hurry_ = true;
    changed_.notify_all();
    for (const auto& each : entries_) {
      if (each.top != 0) tops.push_back(each.top);
    }
  }
  for (const pb_pid top : tops) system_.exit(top, {PB_EXIT_KILL, {}});
}

std::vector<application_info> application_controller::which_applications() const {
  const guard lock(mutex_);
  std::vector<application_info> list;
  for (const auto& each : entries_) {
    list.push_back(
        {each.what.name, each.what.version, each.what.description, each.what.type, each.started(), each.top});
  }
  return list;
}

}  // namespace patchbay::behaviour
