#pragma once
// `rider`: a server that calls the members of the swarm in turn, without cease, and says how long they took.
#include <cstdint>

#include <patchbay/message.hpp>

namespace rides {
PATCHBAY_MESSAGES_OF("rider", "rider")

/// Rides the first so many members from now on, for ever.
struct ride {
  using reply = std::int64_t;
  std::int64_t members = 0;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(members)); }
};
/// What it saw since the last time.
struct sight {
  std::int64_t calls = 0;
  std::int64_t longest_ns = 0;  ///< from one answer to the next
  std::int64_t p99_ns = 0;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(calls), PATCHBAY_FIELD(longest_ns), PATCHBAY_FIELD(p99_ns)); }
};
struct look {
  using reply = sight;
};

}  // namespace rides
