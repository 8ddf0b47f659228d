#pragma once
// Between the scheduler and its solvers.
#include <cstdint>

#include <patchbay/message.hpp>
#include <patchbay/pid.hpp>

#include "fib/messages.hpp"

namespace fib {

/// {ready, Pid}: this solver of that job wants a number.
struct ready {
  std::int64_t job = 0;
  patchbay::pid solver = patchbay::pid::nobody;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(job), PATCHBAY_FIELD(solver)); }
};
/// {answer, N, Value, Pid}.
struct solved {
  std::int64_t job = 0;
  answer result;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(job), PATCHBAY_FIELD(result)); }
};

namespace solver {
PATCHBAY_MESSAGES_OF("fib", "fib_solver")

/// {fib, N}.
struct solve {
  std::int64_t n = 0;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(n)); }
};
/// {shutdown}: nothing is left.
struct finish {};

}  // namespace solver
}  // namespace fib
