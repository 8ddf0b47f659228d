#pragma once
// Walkers `walker_0` to `walker_5`, and the `ground` that they walk on.
#include <cstdint>

#include <patchbay/message.hpp>

namespace wander {
PATCHBAY_MESSAGES_OF("wander", "walker")
/// A coroutine: so many steps on the ground, a millisecond's sleep after each. Answers how many walks it has ended, this one included.
struct walk {
  using reply = std::int64_t;
  std::int64_t steps = 0;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(steps)); }
};
}  // namespace wander

namespace wander::ground_messages {
PATCHBAY_MESSAGES_OF("wander", "ground")
/// Answers how many there were, this one included.
struct step {
  using reply = std::int64_t;
};
}  // namespace wander::ground_messages
