#include <patchbay/patchbay.hpp>

#include "solver_messages.hpp"

namespace {

/// Asks for a number, answers it, asks for the next.
struct fib_solver {
  using casts = patchbay::messages<fib::solver::solve, fib::solver::finish>;
  using continues = patchbay::messages<fib::solver::finish>;
  using imports = patchbay::messages<fib::ready, fib::solved>;
  struct state {
    std::int64_t job = 0;
    void serialize(auto& ar) { ar(PATCHBAY_FIELD(job)); }
  };

  static auto init(const patchbay::args& a) {
    return patchbay::ok(state{a.get<std::int64_t>("job", 0)}, patchbay::then(fib::solver::finish{}));
  }
  static void handle_continue(const fib::solver::finish&, state& s) { ask(s); }
  static void handle_cast(const fib::solver::solve& m, state& s) {
    patchbay::cast<fib::solved>("fib", s.job, fib::answer{m.n, value_of(m.n)});
    ask(s);
  }
  static patchbay::cast_result handle_cast(const fib::solver::finish&, state&) {
    return patchbay::stop(patchbay::normal);
  }

 private:
  static void ask(const state& s) { patchbay::cast<fib::ready>("fib", s.job, patchbay::self()); }
  static std::uint64_t value_of(std::int64_t n) {
    std::uint64_t now = 0;
    std::uint64_t next = 1;
    for (; n > 0; --n) now = std::exchange(next, now + next);
    return now;
  }
};

}  // namespace
PATCHBAY_GEN_SERVER(fib_solver, 1);
