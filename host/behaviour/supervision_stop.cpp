// How children are stopped.
#include <algorithm>
#include <chrono>
#include <map>
#include <utility>
#include <vector>

#include "behaviour/supervision.hpp"
#include "behaviour/supervisor_report.hpp"

namespace patchbay::behaviour {

using process::milliseconds;
using process::reason;

namespace {

const reason kill_signal{PB_EXIT_KILL, {}};
const char* const not_obeyed = "killed, but its running handler does not end";

}  // namespace

void supervision::stop_children() {
  if (flags_.many()) return stop_at_once();
  for (auto next = children_.in_order().rbegin(); next != children_.in_order().rend(); ++next) stop(*next);
}

bool supervision::expected(const child_spec& spec, const reason& why) {
  // noproc: it had ended by itself before, and said why in its own crash report.
  return why.kind == PB_EXIT_SHUTDOWN || why.kind == PB_EXIT_NOPROC ||
         (spec.brutal_kill() && why.kind == PB_EXIT_KILLED) ||
         (spec.restart != restart_type::permanent && why.kind == PB_EXIT_NORMAL);
}

void supervision::stop(child& which) {
  which.restarting = false;
  if (which.pid == 0) return;
  context_.system->unlink(which.pid);
  const reason why = end(which);
  if (!expected(which.spec, why)) report("shutdown_error", why, which);
  set_pid(which, 0);
}

reason supervision::end(const child& which) {
  if (!which.spec.brutal_kill()) {
    const reason shutdown = reason::shutdown();
    if (auto why = context_.system->wait_for_end(which.pid, which.spec.shutdown, &shutdown)) return std::move(*why);
  }
  if (!context_.system->wait_for_end(which.pid, kill_limit, &kill_signal)) return reason::failure(not_obeyed);
  // Also where a handler that took too long ended in time for the shutdown to be first: it was late.
  return {PB_EXIT_KILLED, {}};
}

// All get their signal before any is waited for; each is watched before its signal is sent, so that no end and no reason is missed.
// One clock runs for all: who has not ended when its own time is over is killed. Those with less time are waited for first, so
// nobody is killed late because of another.
void supervision::stop_at_once() {
  using clock = std::chrono::steady_clock;
  struct leaving {
    child* who;
    pb_ref watch;
    bool killed;
  };
  std::vector<leaving> all;
  const auto began = clock::now();
  const reason shutdown = reason::shutdown();
  for (child& each : children_.in_order()) {
    each.restarting = false;
    if (each.pid == 0) continue;
    context_.system->unlink(each.pid);
    const bool brutal = each.spec.brutal_kill();
    all.push_back({&each, context_.system->watch_end(each.pid, brutal ? kill_signal : shutdown), brutal});
  }
  std::stable_sort(all.begin(), all.end(),
                   [](const leaving& a, const leaving& b) { return a.who->spec.shutdown < b.who->spec.shutdown; });
  struct unexpected_end {
    const child* first;
    std::size_t times;
  };
  std::map<std::string, unexpected_end> errors;
  const auto tell = [&](const leaving& gone, const reason& why) {
    if (expected(gone.who->spec, why)) return;
    ++errors.try_emplace(why.words(), unexpected_end{gone.who, 0}).first->second.times;
  };
  std::vector<leaving> late;
  for (leaving& each : all) {
    if (!each.killed) {
      const auto spent = std::chrono::duration_cast<milliseconds>(clock::now() - began);
      const milliseconds limit = each.who->spec.shutdown;
      const milliseconds left =
          limit == milliseconds::max() ? process::infinity : std::max(milliseconds(0), limit - spent);
      if (const auto why = context_.system->wait_for_watched(each.watch, left)) {
        tell(each, *why);
        continue;
      }
      context_.system->exit(each.who->pid, kill_signal);
    }
    late.push_back(each);
  }
  const auto killed = clock::now();
  for (const leaving& each : late) {
    const auto spent = std::chrono::duration_cast<milliseconds>(clock::now() - killed);
    if (context_.system->wait_for_watched(each.watch, std::max(milliseconds(0), kill_limit - spent))) {
      tell(each, {PB_EXIT_KILLED, {}});
      continue;
    }
    context_.system->forget_watch(each.who->pid, each.watch);
    tell(each, reason::failure(not_obeyed));
  }
  for (const auto& [words, seen] : errors) report("shutdown_error", reason::failure(words), *seen.first, seen.times);
  for (child& each : children_.in_order()) set_pid(each, 0);
}

}  // namespace patchbay::behaviour
