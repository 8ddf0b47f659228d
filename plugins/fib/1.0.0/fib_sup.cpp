#include <patchbay/supervisor.hpp>

namespace {

/// The pool: each job has solvers of its own, for as long as it runs.
struct solver_sup {
  static patchbay::dynamic_sup_spec init(const patchbay::args&) { return {}; }
};

struct fib_sup {
  static patchbay::sup_spec init(const patchbay::args&) {
    return {
        .strategy = patchbay::rest_for_one,
        .children = {
            {.id = "solvers", .module = "solver_sup", .name = "solver_sup", .type = patchbay::child_type::supervisor},
            {.id = "fib", .module = "fib_scheduler", .name = "fib"}}};
  }
};

}  // namespace
PATCHBAY_SUPERVISOR(solver_sup);
PATCHBAY_SUPERVISOR(fib_sup);
