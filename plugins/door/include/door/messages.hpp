#pragma once
// What callers of the door's code lock include.
#include <cstdint>
#include <string>

#include <patchbay/message.hpp>

namespace door {
PATCHBAY_MESSAGES_OF("door", "code_lock")

/// A cast: a digit of the code.
struct button {
  std::int64_t digit = 0;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(digit)); }
};
/// What the lock is in, in a word.
struct look {
  using reply = std::string;
};
/// Answered by who comes in: when the door is open.
struct knock {
  using reply = std::string;
};
}  // namespace door
