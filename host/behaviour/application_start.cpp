// One application from loaded to running, and what its own end means.
#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

#include "behaviour/application_away.hpp"
#include "behaviour/application_callbacks.hpp"
#include "behaviour/application_controller.hpp"
#include "message/codec.hpp"

namespace patchbay::behaviour {
namespace {

using nlohmann::json;
using process::reason;

outcome<json> parse_table(const application& what, const char* which, const std::string& text) {
  auto parsed = message::parse_json(text.empty() ? "{}" : text);
  if (parsed && parsed->is_object()) return parsed;
  return error{"bad_json", what.name + " " + what.version + ": " + which + ": " +
                               (parsed ? "must be a table" : parsed.failure().text)};
}

error start_failure(const application& what, const std::string& module, const std::string& why) {
  return {"application_start_failure", "{application_start_failure," + what.name + ",{" + module + "," + why + "}}"};
}

error undef_module(const application& what, const std::string& module) {
  return {"undef_module", what.name + " " + what.version + ": mod names " + module + ", which no loaded plugin has"};
}

}  // namespace

outcome<json> start_args(const application& what, const json& env) {
  const auto args = parse_table(what, "mod.args", what.mod_args_json);
  if (!args) return args.failure();
  json all = env;
  all.update(*args);
  return all;
}

outcome<environment::table> application_controller::envs_of(const std::vector<application>& release) {
  environment::table made;
  for (const auto& each : release) {
    auto env = parse_table(each, "env", each.env_json);
    if (!env) return env.failure();
    if (auto args = parse_table(each, "mod.args", each.mod_args_json); !args) return args.failure();
    made.emplace(each.name, std::make_shared<const json>(std::move(*env)));
  }
  return made;
}

outcome<void> application_controller::start_all(const std::vector<application>& in_order) {
  std::vector<std::string> done;
  for (const auto& next : in_order) {
    auto started = start_described(next, {});
    if (started) {
      if (next.type != application_type::none) done.push_back(next.name);
      continue;
    }
    // One before it may have started it (ensure_all_started in an init): from here on its end means what the release says.
    if (started.failure().code == "already_started" && adopt_type(next)) continue;
    for (auto name = done.rbegin(); name != done.rend(); ++name) forget(*name);
    return started;
  }
  return {};
}

bool application_controller::adopt_type(const application& what) {
  guard lock(mutex_);
  const auto found = settled(lock, what.name, {});
  if (!found || *found == nullptr || (*found)->now != stage::running) return false;
  (*found)->what.type = what.type;
  return true;
}

outcome<void> application_controller::start(const application& what) {
  return away<outcome<void>>([&](std::string_view caller) { return start_described(what, caller); });
}

outcome<void> application_controller::start(const std::string& name, application_type type) {
  return away<outcome<void>>([&](std::string_view caller) { return start_named(name, type, caller); });
}

outcome<void> application_controller::start_named(const std::string& name, application_type type,
                                                  std::string_view caller) {
  auto what = described(name);
  if (!what) return what.failure();
  what->type = type;
  return start_described(*what, caller);
}

outcome<void> application_controller::start_described(const application& what, std::string_view caller) {
  if (what.type == application_type::none) return {};
  auto envs = envs_of({what});
  if (!envs) return envs.failure();
  const auto needs = needs_of(what);
  entry* made = nullptr;
  bool known = false;
  {
    guard lock(mutex_);
    const auto found = settled(lock, what.name, caller);
    if (!found) return found.failure();
    made = *found;
    known = made != nullptr;
    if (known && made->now == stage::running) return error{"already_started", "{already_started," + what.name + "}"};
    if (known && made->given_up) {
      return error{"running", "{running," + what.name + "}: its last top process has not ended yet"};
    }
    for (const auto& [name, optional] : needs) {
      const entry* there = find(name);
      if (optional || what.type == application_type::load || (there != nullptr && there->started())) continue;
      return error{"not_started", "{not_started," + name + "}: " + what.name + " " + what.version + " needs it"};
    }
    if (!known) made = &entries_.emplace_back();
    made->what = what;
    own(*made, stage::starting);
  }
  environment_.describe(what.name, *envs->begin()->second);
  auto done = load_included(what);
  const bool runs = what.type != application_type::load;
  if (done && runs) done = run(*made);
  if (!done && !known) {
    erase(*made);
    return done;
  }
  {
    const guard lock(mutex_);
    if (done && runs) {
      // The order of starts is that of stops, also for one that was loaded or ran before.
      const auto place = std::find_if(entries_.begin(), entries_.end(), [&](const entry& e) { return &e == made; });
      entries_.splice(entries_.end(), entries_, place);
    }
    settle(*made, done && runs ? stage::running : stage::loaded);
  }
  if (done && runs) {
    system_.log(PB_LOG_INFO,
                "application " + what.name + " " + what.version + " started (" + std::string(word(what.type)) + ")");
  }
  return done;
}

/// REQUIRES: owned, as starting.
outcome<void> application_controller::run(entry& which) {
  {
    const guard lock(mutex_);
    ++which.runs;
    changed_.notify_all();
  }
  // Of one that ran before and has ended.
  which.join();
  const application& what = which.what;
  which.callbacks.clear();
  which.state_json.clear();
  auto args = start_args(what, *environment_.all(what.name));
  if (!args) return args.failure();
  if (what.mod_module.empty()) return {};
  std::string top = what.mod_module;
  std::string args_json = args->dump(-1, ' ', false, json::error_handler_t::replace);
  {
    const application_callbacks module(options_.find_module, what.mod_module, what.name);
    if (!module.found()) return undef_module(what, what.mod_module);
    if (!module.is_application() && !what.start_phases.empty()) {
      return error{"bad_keys", "{bad_keys,{{mod," + what.mod_module + "},start_phases}}: " + what.name + " " +
                                   what.version + ": start_phases needs a callback module with start_phase in mod"};
    }
    if (module.is_application()) {
      auto answer = module.start(*args);
      if (!answer) return start_failure(what, what.mod_module, answer.failure().text);
      which.callbacks = what.mod_module;
      which.state_json = std::move(answer->state_json);
      top = std::move(answer->module);
      args_json = std::move(answer->args_json);
    }
  }
  if (auto started = start_top(which, top, args_json); !started) return started;
  auto phased = run_phases(what);
  if (!phased) {
    (void)end_top(which);
  } else if (what.max_t.count() != 0) {
    which.limiter = std::thread([this, &which, run = which.runs] { limit(which, run); });
  }
  return phased;
}

/// maxT. As OTP's application_master: the whole way of a stop, and an end that is normal, so that only a permanent application takes the node along.
void application_controller::limit(entry& which, std::uint64_t run) {
  guard lock(mutex_);
  const auto until = process::deadline_after(which.what.max_t);
  const auto over = [&] { return stopping_ || which.runs != run || !which.started() || which.top == 0; };
  // It is not running before its starter has given it back.
  changed_.wait(lock,
                [&] { return stopping_ || which.runs != run || which.settled() || which.now == stage::stopping; });
  if (changed_.wait_until(lock, until, over)) return;
  // A config_change under way is let end.
  changed_.wait(lock, [&] { return over() || which.settled() || which.now == stage::stopping; });
  if (over() || which.now != stage::running) return;
  own(which, stage::stopping);
  const application what = which.what;
  lock.unlock();
  stop_entry(which);
  if (hurried()) return;
  system_.log(PB_LOG_INFO, "application " + what.name + " " + what.version + " has run its maxT, " +
                               std::to_string(what.max_t.count()) + " ms");
  report_exit(what, reason::normal());
}

outcome<void> application_controller::start_top(entry& which, const std::string& module, const std::string& args_json) {
  process::spawn_request request;
  bool supervisor = false;
  bool process = true;
  request.find_module = [&]() -> const process::module* {
    const process::module* found = options_.find_module(module, which.what.name);
    if (found == nullptr) return nullptr;
    supervisor = found->table().behaviour == PB_BEHAVIOUR_SUPERVISOR;
    process = found->table().behaviour != PB_BEHAVIOUR_APPLICATION;
    if (process) return found;
    found->group().release();
    return nullptr;
  };
  request.args_json = args_json;
  // From its first instant: one that ends at once has a reason too.
  request.watch = true;
  const process::spawned made = system_.spawn(request);
  if (!made) {
    if (!process) return start_failure(which.what, module, "bad_return: that module is no process's");
    if (made.failure.status == PB_E_UNDEF_MODULE) return undef_module(which.what, module);
    return start_failure(which.what, module, made.failure.status == PB_E_IGNORE ? "ignore" : made.failure.why.words());
  }
  const guard lock(mutex_);
  which.top = made.pid;
  which.supervisor = supervisor;
  which.watcher =
      std::thread([this, &which, run = which.runs, watch_ref = made.watch] { watch(which, run, watch_ref); });
  return {};
}

/// As OTP's application_starter: each phase of the primary application first there, then in those that it includes and that have it.
outcome<void> application_controller::run_phases(const application& primary) {
  for (const auto& phase : primary.start_phases) {
    if (auto done = run_phase(phase.name, primary.name); !done) return done;
  }
  return {};
}

outcome<void> application_controller::run_phase(const std::string& name, const std::string& of) {
  const auto what = known(of);
  if (!what) return {};
  const auto phase = std::find_if(what->start_phases.begin(), what->start_phases.end(),
                                  [&](const application::phase& each) { return each.name == name; });
  if (phase != what->start_phases.end()) {
    const application_callbacks module(options_.find_module, what->mod_module, what->name);
    if (!module.is_application() || !module.has_start_phase()) {
      return start_failure(*what, what->mod_module, "undef: start_phase " + name);
    }
    if (auto done = module.start_phase(name, phase->args_json); !done) {
      return start_failure(*what, what->mod_module, "start_phase " + name + ": " + done.failure().text);
    }
  }
  for (const auto& included : what->included_applications) {
    if (auto done = run_phase(name, included); !done) return done;
  }
  return {};
}

void application_controller::watch(entry& which, std::uint64_t run, pb_ref end_of_top) {
  const auto why = system_.wait_for_watched(end_of_top);
  guard lock(mutex_);
  which.top = 0;
  which.given_up = false;
  changed_.notify_all();
  changed_.wait(lock, [&] {
    return which.runs != run || which.now == stage::running || which.now == stage::stopping ||
           which.now == stage::loaded;
  });
  if (which.runs != run || which.now != stage::running) return;
  // nullopt: the host stops under it, nobody is left to tell.
  if (!why) return settle(which, stage::loaded);
  own(which, stage::stopping);
  lock.unlock();
  ended(which, *why);
}

/// Its top process ended by itself. REQUIRES: owned, as stopping.
void application_controller::ended(entry& which, const reason& why) {
  finish(which, prepare_stop(which));
  const application what = which.what;
  // Told before it is settled: then a stop that waits for it goes on, and the log ends.
  const bool hurry = hurried();
  if (hurry) tell_end(what, ending::killed);
  {
    const guard lock(mutex_);
    settle(which, stage::loaded);
  }
  if (!hurry) report_exit(what, why);
}

void application_controller::report_exit(const application& what, const reason& why) {
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

}  // namespace patchbay::behaviour
