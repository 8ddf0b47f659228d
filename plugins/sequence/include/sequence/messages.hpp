#pragma once
// What callers of the sequence include, for all its versions.
#include <cstdint>
#include <vector>

#include <patchbay/message.hpp>

namespace sequence {
PATCHBAY_MESSAGES_OF("sequence", "sequence_server")

/// Answers the current number, then moves on to the next.
struct next_number {
  using reply = std::int64_t;
};

/// Makes n the current number; answers the one before.
struct set_number {
  using reply = std::int64_t;
  std::int64_t n = 0;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(n)); }
};

/// The prime factors of the current number, ascending; none of a number below 2.
struct factors {
  using reply = std::vector<std::int64_t>;
};

/// A cast: adds delta to the current number. An overflow ends the server, and the number is as it was.
struct increment_number {
  std::int64_t delta = 0;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(delta)); }
};

/// From 2.0.0: what next_number adds from now on, at least 1; answers what it added before.
struct set_delta {
  using reply = std::int64_t;
  std::int64_t delta = 1;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(delta)); }
};

}  // namespace sequence
