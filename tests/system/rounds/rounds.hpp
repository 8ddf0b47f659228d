#pragma once
// Upgrade and downgrade of the sequence, again and again, in one process and under load.
#include <cstdint>
#include <string>
#include <vector>

#include "footprint.hpp"

namespace patchbay::test {

struct rounds_result {
  std::vector<footprint> after;  ///< one for each round
  std::int64_t calls = 0;        ///< answered with a number, over all clients
  std::int64_t lost = 0;
  std::int64_t doubled = 0;
  std::int64_t outside = 0;         ///< numbers far above those that were handed out
  std::int64_t disordered = 0;      ///< below the same client's one before
  std::int64_t pause_us = 0;        ///< the longest that an install reported
  std::int64_t gap_us = 0;          ///< the longest between two answers to one client
  std::vector<std::string> errors;  ///< of calls that were not answered, each text once
  double seconds = 0;
};

/// Goes up and down so often while clients call without pause. Fails the test where an install is refused or old code stays mapped, and then
/// goes no further.
rounds_result run_rounds(int rounds);

/// The figures, in a few lines.
std::string in_words(const rounds_result& result);

}  // namespace patchbay::test
