#include <algorithm>
#include <deque>
#include <map>

#include <patchbay/patchbay.hpp>

#include "solver_messages.hpp"

namespace {

/// The scheduler of the textbooks (Programming Elixir): a queue of numbers, a pool of solvers that ask for the next, the results in order.
struct fib_scheduler {
  using calls = patchbay::messages<fib::run>;
  using casts = patchbay::messages<fib::ready, fib::solved>;
  using imports = patchbay::messages<fib::solver::solve, fib::solver::finish>;

  struct job {
    patchbay::from_of<fib::run> caller;
    std::deque<std::int64_t> queue;
    std::vector<fib::answer> answers;
    std::int64_t solvers = 0;  // that have not been told to finish
    void serialize(auto& ar) {
      ar(PATCHBAY_FIELD(caller), PATCHBAY_FIELD(queue), PATCHBAY_FIELD(answers), PATCHBAY_FIELD(solvers));
    }
  };
  struct state {
    std::map<std::int64_t, job> jobs;
    std::int64_t last_job = 0;
    void serialize(auto& ar) { ar(PATCHBAY_FIELD(jobs), PATCHBAY_FIELD(last_job)); }
  };

  static state init() { return {}; }

  static patchbay::call_result<std::vector<fib::answer>> handle_call(const fib::run& m, patchbay::from_of<fib::run> who,
                                                                     state& s) {
    const std::int64_t number = ++s.last_job;
    job made;
    made.caller = who;
    made.queue.assign(m.numbers.begin(), m.numbers.end());
    made.solvers = std::clamp<std::int64_t>(m.solvers, 1, 1000);
    s.jobs.emplace(number, made);
    for (std::int64_t i = 0; i < made.solvers; ++i) {
      // Linked: a solver that fails takes the scheduler along, and with it the callers hear of it.
      patchbay::link(patchbay::start_child(
          "solver_sup", {.module = "fib_solver", .args = {{"job", number}}, .restart = patchbay::temporary}));
    }
    return patchbay::noreply();
  }
  static void handle_cast(const fib::solved& m, state& s) {
    if (const auto it = s.jobs.find(m.job); it != s.jobs.end()) it->second.answers.push_back(m.result);
  }
  static void handle_cast(const fib::ready& m, state& s) {
    const auto it = s.jobs.find(m.job);
    if (it == s.jobs.end()) return;
    job& now = it->second;
    if (!now.queue.empty()) {
      patchbay::cast<fib::solver::solve>(m.solver, now.queue.front());
      now.queue.pop_front();
      return;
    }
    // Its own answers came before its last question: when the last solver asks in vain, all answers are there.
    patchbay::cast<fib::solver::finish>(m.solver);
    if (--now.solvers != 0) return;
    std::stable_sort(now.answers.begin(), now.answers.end(),
                     [](const fib::answer& a, const fib::answer& b) { return a.n < b.n; });
    patchbay::reply(now.caller, std::move(now.answers));
    s.jobs.erase(it);
  }
};

}  // namespace
PATCHBAY_GEN_SERVER(fib_scheduler, 1);
