#pragma once
// The swarm's manager (`swarm`) and its members, by pid.
#include <cstdint>
#include <vector>

#include <patchbay/message.hpp>
#include <patchbay/pid.hpp>

namespace swarm {
PATCHBAY_MESSAGES_OF("swarm", "manager")

/// Starts so many more members; answers how many there are.
struct spawn {
  using reply = std::int64_t;
  std::int64_t count = 0;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(count)); }
};

/// Each member n (from 0) ought to hold n + bumps: answers how many do.
struct count_right {
  using reply = std::int64_t;
};

/// Raises every member by one; answers how many.
struct bump_all {
  using reply = std::int64_t;
};

/// Gives the first `members` members work that takes so long and nothing else; answers at once.
struct busy {
  using reply = std::int64_t;
  std::int64_t members = 0;
  std::int64_t ms = 0;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(members), PATCHBAY_FIELD(ms)); }
};

/// The first so many members.
struct first_members {
  using reply = std::vector<patchbay::pid>;
  std::int64_t count = 0;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(count)); }
};

}  // namespace swarm

namespace swarm::member_messages {
PATCHBAY_MESSAGES_OF("swarm", "member")

struct bump {
  using reply = std::int64_t;
};
struct value {
  using reply = std::int64_t;
};
/// A cast: holds its thread for so long, as a handler that computes does.
struct work {
  std::int64_t ms = 0;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(ms)); }
};

}  // namespace swarm::member_messages
