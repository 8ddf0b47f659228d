#pragma once
// What callers of the counter include.
#include <cstdint>

#include <patchbay/message.hpp>

// README: messages
namespace counting {
PATCHBAY_MESSAGES_OF("counter", "counter")

struct inc {
  using reply = std::int64_t;  // the total
};
struct dec {
  using reply = std::int64_t;
};
struct val {
  using reply = std::int64_t;
};
}  // namespace counting
// README end
