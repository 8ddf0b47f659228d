#pragma once
// Calls of `fib`.
#include <cstdint>
#include <vector>

#include <patchbay/message.hpp>

namespace fib {
PATCHBAY_MESSAGES_OF("fib", "fib_scheduler")

struct answer {
  std::int64_t n = 0;
  std::uint64_t value = 0;  ///< modulo 2^64: of 93 and below the number itself
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(n), PATCHBAY_FIELD(value)); }
  bool operator==(const answer&) const = default;
};

/// The Fibonacci numbers of these, found by so many solvers that share the queue; sorted by n. Below 0 counts as 0.
struct run {
  using reply = std::vector<answer>;
  std::int64_t solvers = 1;
  std::vector<std::int64_t> numbers;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(solvers), PATCHBAY_FIELD(numbers)); }
};

}  // namespace fib
