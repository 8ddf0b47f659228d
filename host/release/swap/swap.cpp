#include "release/swap/swap.hpp"

#include <algorithm>
#include <map>
#include <thread>
#include <utility>

#include "behaviour/args.hpp"
#include "process/lifecycle.hpp"
#include "release/swap/migrators.hpp"
#include "release/swap/swap_access.hpp"
#include "scheduler/freezer.hpp"

namespace patchbay::release {
namespace {

using clock = std::chrono::steady_clock;

// A window is what other servers' callers may notice; between two the set serves, longer each time.
constexpr std::chrono::microseconds window{500};
constexpr std::chrono::microseconds first_pause{200};
constexpr std::chrono::microseconds longest_pause{20'000};

std::int64_t us_since(clock::time_point begin) {
  return std::chrono::duration_cast<std::chrono::microseconds>(clock::now() - begin).count();
}

std::string server_name(const process::system& system, pb_pid pid) {
  const auto seen = system.info(pid);
  for (const auto& [name, owner] : system.registered()) {
    if (owner == pid) return name + " " + process::pid_text(pid);
  }
  return (seen ? seen->application + "/" + seen->module + " " : std::string()) + process::pid_text(pid);
}

/// What migrations read: outlives the swap where one of their threads is abandoned.
struct routes {
  std::map<const process::module*, route> by_module;
  std::vector<behaviour::args_table> configurations;
  std::map<const process::module*, const pb_args*> config_of;
  std::map<const process::module*, std::string> deleted;
};

class operation {
 public:
  operation(process::system& system, code::code_server& code, const std::vector<swap_application>& set,
            const swap_options& options)
      : system_(system), code_(code), set_(set), options_(options), routes_(std::make_shared<routes>()) {}

  outcome<swap_report> run() {
    if (auto planned = plan_routes(); !planned) return planned.failure();
    std::vector<scheduler::gate*> gates;
    for (const swap_application& each : set_) gates.push_back(&each.from->group.gate());
    scheduler::freezer freezer(system_.scheduler(), gates);
    say("freeze", "waiting until no handler of the set runs");
    if (auto frozen = freeze(freezer); !frozen) return frozen.failure();
    auto done = migrate_and_switch();
    freezer.thaw();
    report_.pause_us = us_since(closed_);
    if (!done) {
      say("thaw", "refused; the old release serves");
      return done.failure();
    }
    say("thaw", std::to_string(report_.servers_migrated) + " servers serve in the new generation, pause " +
                    std::to_string(report_.pause_us) + " us");
    destroy_old_states();
    // What behaviours keep beside the state was left as it is; now it may become the new generation's.
    for (const pb_pid pid : companions_) {
      system_.run_on(pid, [](process::process* server) {
        if (server != nullptr) server->kind().settle_in(*server);
      });
    }
    return report_;
  }

 private:
  void say(std::string_view phase, const std::string& text) const {
    if (options_.progress) options_.progress(phase, text);
  }
  [[nodiscard]] bool cancelled() const { return options_.cancelled && options_.cancelled(); }

  outcome<void> plan_routes() {
    for (const swap_application& each : set_) {
      routes_->configurations.emplace_back(each.to_view == nullptr ? json::object() : each.to_view->env);
      const pb_args* config = routes_->configurations.back().handle();
      for (const module_plan& module : each.plan->modules) {
        if (module.action == module_action::add) continue;
        const process::module* from = each.from->find(module.module);
        if (module.action == module_action::remove) {
          routes_->deleted[from] = module.module;
          continue;
        }
        outcome<route> way = find_route(*each.plan, module, *each.from, *each.to);
        if (!way) return way.failure();
        labels_[way->to] = system_.label_of(*way->to);
        routes_->config_of[from] = config;
        routes_->by_module.emplace(from, std::move(*way));
      }
    }
    return {};
  }

  outcome<void> freeze(scheduler::freezer& freezer) {
    const auto deadline = clock::now() + options_.suspend_timeout;
    auto pause = first_pause;
    for (;;) {
      if (cancelled()) return error{"cancelled", "the host is stopping; nothing was changed"};
      if (freezer.flights() != 0) {
        const auto drains = clock::now();
        const bool drained = freezer.drain(deadline);
        report_.drain_us += us_since(drains);
        if (!drained) return undrained();
      }
      ++report_.windows;
      closed_ = clock::now();
      if (freezer.try_freeze(window)) {
        report_.freeze_us = us_since(closed_);
        if (freezer.flights() == 0) return {};
        // A handler that ran while the gates closed has begun a coroutine: it is let end, and nothing else starts meanwhile.
        if (clock::now() < deadline) continue;
        freezer.thaw();
        return undrained();
      }
      for (const scheduler::unit* each : freezer.blockers()) {
        ++windows_held_up_[static_cast<const process::process*>(each)->pid()];
      }
      if (clock::now() >= deadline) break;
      // Not to synchronise: the set serves for that long before the next window.
      std::this_thread::sleep_for(pause);
      pause = std::min(pause * 2, longest_pause);
    }
    // Whoever else ran in the last window may just have begun.
    const auto slowest = std::max_element(windows_held_up_.begin(), windows_held_up_.end(),
                                          [](const auto& a, const auto& b) { return a.second < b.second; });
    return error{"suspend_timeout", server_name(system_, slowest->first) + " did not end its handler within " +
                                        std::to_string(options_.suspend_timeout.count()) +
                                        " ms; the old release serves. Give it more with --suspend-timeout"};
  }

  [[nodiscard]] error undrained() const {
    std::string who = "a coroutine handler of the set";
    for (const swap_application& each : set_) {
      for (const pb_pid pid : each.from->group.residents()) {
        const process::process* server = system_.find(pid);
        if (server != nullptr && server->in_flight.load()) {
          who = server_name(system_, pid);
          break;
        }
      }
    }
    return error{"drain_timeout", who + " has a coroutine handler that did not end within " +
                                      std::to_string(options_.suspend_timeout.count()) +
                                      " ms; the old release serves. Give it more with --suspend-timeout"};
  }

  outcome<void> migrate_and_switch() {
    if (auto collected = collect(); !collected) return collected;
    report_.servers_in_set = kept_.size() + changed_.size();
    const auto begin = clock::now();
    if (!changed_.empty()) {
      const unsigned threads = options_.migration_threads != 0 ? options_.migration_threads
                                                               : std::max(1u, std::thread::hardware_concurrency());
      migrators workers(system_, changed_, routes_, threads);
      const bool done = workers.run(begin + options_.code_change_timeout);
      report_.pinned = workers.abandoned();
      report_.migrate_us = us_since(begin);
      if (!done) return refuse(workers.failure());
    }
    if (cancelled()) return error{"cancelled", "the host is stopping; nothing was changed"};
    prepare_switch();
    // The point of no return. Nothing from here to the thaw touches the disk, waits, or can fail.
    const auto switched = clock::now();
    switch_over();
    report_.switch_us = us_since(switched);
    return {};
  }

  outcome<void> collect() {
    for (const swap_application& each : set_) {
      const auto servers = each.from->group.members();
      changed_.reserve(changed_.size() + servers.size());
      const process::module* last = nullptr;  // whose way `way` is: neighbours often run the same
      const route* way = nullptr;
      const pb_args* config = nullptr;
      for (process::process* server : servers) {
        const process::module* code = &server->code();
        if (code != std::exchange(last, code)) {
          if (const auto gone = routes_->deleted.find(code); gone != routes_->deleted.end()) {
            return error{"processes_of_deleted_module", server_name(system_, server->pid()) + " runs " +
                                                            each.plan->application + "/" + gone->second + ", which " +
                                                            each.plan->to_version + " deletes; stop it first"};
          }
          const auto found = routes_->by_module.find(code);
          if (found == routes_->by_module.end()) {
            return error{"undef_module", server_name(system_, server->pid()) + " runs " + code->name() +
                                             ", which the plan does not know"};
          }
          way = &found->second;
          config = routes_->config_of[code];
        }
        (way->how == route::way::keep ? kept_ : changed_).push_back({server, way, config, {}, false});
      }
    }
    return {};
  }

  error refuse(const migration_failure& failure) {
    const member& at = changed_[failure.index];
    std::string text = server_name(system_, at.server->pid()) + ": " + at.way->target() + ": " + failure.cause +
                       "; the old release serves, its state untouched";
    if (!failure.timed_out) return {"code_change_failed", text};
    return {"code_change_timeout", text + ". All of them together had " +
                                       std::to_string(options_.code_change_timeout.count()) +
                                       " ms; give them more with --code-change-timeout"};
  }

  /// All that takes memory.
  void prepare_switch() {
    old_states_.reserve(changed_.size());
    for (const auto* members : {&kept_, &changed_}) {
      for (const member& each : *members) {
        const process::bonds* ties = each.server->ties_if_any();
        if (ties != nullptr && ties->own != nullptr) companions_.push_back(each.server->pid());
      }
    }
    for (member& each : changed_) {
      if (each.made.has_continue()) continues_.emplace_back(each.server, continue_for(each));
    }
  }

  static std::unique_ptr<process::system_message> continue_for(member& each) {
    const std::uint32_t message = each.made.continue_message();
    const pb_type& type = *each.way->to->table().messages[message]->type;
    void* object = each.made.take_continue();
    return std::make_unique<process::system_message>([message, object, &type](process::process* server) {
      if (server != nullptr) return server->kind().run_continue(*server, message, object);
      type.destroy(object);
      message::release_storage(type, object);
    });
  }

  void switch_over() noexcept {
    for (member& each : kept_) adopt(each, each.server->state());
    for (member& each : changed_) {
      if (behaviour::supervisor_change* change = each.made.supervisor()) {
        change->apply(*static_cast<behaviour::supervision*>(each.server->state()));
        adopt(each, each.server->state());
        continue;
      }
      old_states_.emplace_back(each.way->from->table().state, each.server->state());
      adopt(each, each.made.take_state());
      ++(each.way->how == route::way::code_change ? report_.code_changes : report_.through_bytes);
    }
    for (auto& [server, first] : continues_) {
      if (process::swap_access::prepend(*server, *first.release())) system_.scheduler().submit(*server);
    }
    for (const swap_application& each : set_) {
      each.from->group.supersede();
      code_.publish(*each.to);
    }
    if (options_.switched) options_.switched();
  }

  void adopt(member& each, void* state) noexcept {
    process::swap_access::exchange(*each.server, *each.way->to, labels_.find(each.way->to)->second, state);
    process::swap_access::move_to(*each.server, each.way->to->group());
    ++report_.servers_migrated;
  }

  void destroy_old_states() {
    for (const auto& [type, state] : old_states_) {
      type->destroy(state);
      message::release_storage(*type, state);
    }
  }

  process::system& system_;
  code::code_server& code_;
  const std::vector<swap_application>& set_;
  const swap_options& options_;
  std::shared_ptr<routes> routes_;
  std::map<const process::module*, std::uint32_t> labels_;
  std::vector<member> kept_;
  std::vector<member> changed_;
  std::vector<std::pair<const pb_type*, void*>> old_states_;
  std::vector<std::pair<process::process*, std::unique_ptr<process::system_message>>> continues_;
  std::vector<pb_pid> companions_;
  std::map<pb_pid, std::int64_t> windows_held_up_;
  clock::time_point closed_;
  swap_report report_;
};

}  // namespace

outcome<swap_report> swap(process::system& system, code::code_server& code, const std::vector<swap_application>& set,
                          const swap_options& options) {
  return operation(system, code, set, options).run();
}

}  // namespace patchbay::release
