#include "release/swap/swap.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <thread>
#include <utility>

#include "release/swap/canary.hpp"
#include "release/swap/routes.hpp"
#include "release/swap/shadows.hpp"
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

// Rounds end when so few are left that the freeze may as well do them, or when they no longer pay.
constexpr std::size_t few = 16;
constexpr std::uint64_t most_rounds = 12;
// More that the canary has not seen are a reason to go round again before the freeze, but not for ever: there may always be new ones.
constexpr std::size_t few_unseen = 64;
constexpr unsigned most_again = 3;

class operation {
 public:
  operation(process::system& system, code::code_server& code, const std::vector<swap_application>& set,
            const swap_options& options)
      : system_(system), code_(code), set_(set), options_(options) {}

  outcome<swap_report> run() {
    const auto ways = routes::plan(system_, set_);
    if (!ways) return ways.failure();
    std::vector<scheduler::gate*> gates;
    for (const swap_application& each : set_) gates.push_back(&each.from->group.gate());
    if (auto ready = start_canary(**ways); !ready) return ready.failure();
    shadows states(system_, set_, *ways, options_, canary_.get());
    const auto finished = carry_over(states, gates);
    report_.pinned = states.pinned();
    if (!finished) {
      say("thaw", "refused; the old release serves");
      return finished.failure();
    }
    const auto thawed = clock::now();
    states.adopt_rest();
    report_.adopt_us = us_since(thawed);
    report_.servers_in_set = states.servers();
    report_.servers_migrated = states.adopted();
    report_.servers_shadowed = states.shadowed();
    report_.servers_frozen = states.migrated_in_freeze();
    report_.servers_rehearsed = states.rehearsed();
    report_.servers_kept = states.kept();
    if (canary_ != nullptr) {
      report_.new_state_bytes = canary_->new_bytes();
      report_.uncompared = canary_->uncompared();
    }
    report_.code_changes = states.code_changes();
    report_.through_bytes = states.through_bytes();
    say("thaw", std::to_string(report_.servers_migrated) + " servers serve in the new generation, pause " +
                    std::to_string(report_.pause_us) + " us");
    return report_;
  }

 private:
  void say(std::string_view phase, const std::string& text) const {
    if (options_.progress) options_.progress(phase, text);
  }
  outcome<void> start_canary(const routes& ways) {
    // A deterministic host has no library that another process could load.
    if (options_.canary.program.empty() || system_.scheduler().by_hand() != nullptr) return {};
    say("canary", "a process of its own carries each state there and back first");
    auto started = canary::start(options_.canary, set_, ways);
    if (!started) return started.failure();
    canary_ = std::move(*started);
    return {};
  }
  [[nodiscard]] bool cancelled() const { return options_.cancelled && options_.cancelled(); }

  /// From the old version that serves to the new one that does, or back to the old one.
  outcome<void> carry_over(shadows& states, const std::vector<scheduler::gate*>& gates) {
    scheduler::freezer freezer(system_.scheduler(), gates);
    say("pre-copy", "migrating while the old release serves");
    if (auto copied = copy_rounds(states); !copied) return copied;
    say("freeze", "waiting until no handler of the set runs");
    if (auto frozen = freeze(freezer, states); !frozen) return frozen;
    auto done = migrate_and_switch(states);
    freezer.thaw();
    report_.pause_us = us_since(closed_);
    return done;
  }

  /// Of one look at all states. Each has the whole time: how often states are looked at again, while another server's handler is waited for, is no
  /// fault of theirs.
  [[nodiscard]] clock::time_point migration_deadline() const { return clock::now() + options_.code_change_timeout; }

  outcome<void> copy_rounds(shadows& states) {
    // Nobody runs beside this thread in a deterministic host, so nothing would be gained.
    if (system_.scheduler().by_hand() != nullptr) return {};
    std::size_t before = std::numeric_limits<std::size_t>::max();
    for (std::uint64_t round = 0; round < most_rounds; ++round) {
      if (cancelled()) return error{"cancelled", "the host is stopping; nothing was changed"};
      const auto begin = clock::now();
      auto done = states.round(migration_deadline());
      report_.precopy_us += us_since(begin);
      if (!done) return done;
      ++report_.rounds;
      const std::size_t left = states.stale();
      if (left <= few || left > before - before / 4) break;
      before = left;
    }
    return {};
  }

  /// States that no canary has seen are seen in the freeze; where they are many, before it.
  outcome<bool> go_round_again(scheduler::freezer& freezer, shadows& states) {
    const auto unseen = states.unrehearsed();
    if (!unseen) {
      freezer.thaw();
      return unseen.failure();
    }
    if (*unseen <= few_unseen || ++again_ > most_again) return false;
    freezer.thaw();
    if (auto copied = copy_rounds(states); !copied) return copied.failure();
    return true;
  }

  outcome<void> freeze(scheduler::freezer& freezer, shadows& states) {
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
        if (freezer.flights() == 0) {
          const auto again = go_round_again(freezer, states);
          if (!again) return again.failure();
          if (!*again) return {};
          continue;
        }
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
      if (states.stale() > few) {
        // Others changed while this one was waited for.
        if (auto copied = copy_rounds(states); !copied) return copied;
      }
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

  outcome<void> migrate_and_switch(shadows& states) {
    const auto begin = clock::now();
    if (auto completed = states.complete(migration_deadline()); !completed) return completed;
    report_.migrate_us = us_since(begin);
    if (cancelled()) return error{"cancelled", "the host is stopping; nothing was changed"};
    states.prepare_continues();
    // The point of no return. Nothing from here to the thaw touches the disk, waits, or can fail.
    const auto switched = clock::now();
    states.switch_over();
    if (system_.scheduler().by_hand() != nullptr) states.adopt_all_now();
    for (const swap_application& each : set_) {
      each.from->group.supersede();
      code_.publish(*each.to);
    }
    if (options_.switched) options_.switched();
    report_.switch_us = us_since(switched);
    return {};
  }

  process::system& system_;
  code::code_server& code_;
  const std::vector<swap_application>& set_;
  const swap_options& options_;
  std::unique_ptr<canary> canary_;
  unsigned again_ = 0;
  std::map<pb_pid, std::int64_t> windows_held_up_;
  clock::time_point closed_;
  swap_report report_;
};

}  // namespace

outcome<swap_report> swap(process::system& system, code::code_server& code, const std::vector<swap_application>& set,
                          const swap_options& options) {
  return operation(system, code, set, options).run();
}

outcome<rehearsal_of_all> rehearse_all(process::system& system, const std::vector<swap_application>& set,
                                       const swap_options& options) {
  const auto begin = clock::now();
  const auto ways = routes::plan(system, set);
  if (!ways) return ways.failure();
  auto first = canary::start(options.canary, set, **ways);
  if (!first) return first.failure();
  shadows states(system, set, *ways, options, first->get());
  rehearsal_of_all found;
  for (std::uint64_t round = 0; round < most_rounds; ++round) {
    if (options.cancelled && options.cancelled())
      return error{"cancelled", "the host is stopping; nothing was changed"};
    const auto seen = states.rehearse(clock::now() + options.code_change_timeout);
    if (!seen) return seen.failure();
    found.states = *seen;
    found.missed = states.stale();
    if (found.missed == 0) break;
    // Not to synchronise: who was in a handler is given time to end it.
    std::this_thread::sleep_for(longest_pause);
  }
  found.new_state_bytes = (*first)->new_bytes();
  found.uncompared = (*first)->uncompared();
  found.took_us = us_since(begin);
  return found;
}

}  // namespace patchbay::release
