#pragma once
// What callers of the counter include.
#include <cstdint>

#include <patchbay/message.hpp>

// README: messages
namespace counter_api {
struct inc {
  using reply = std::int64_t;  // the new total
  void serialize(auto&) {}
};
struct dec {
  using reply = std::int64_t;
  void serialize(auto&) {}
};
struct val {
  using reply = std::int64_t;
  void serialize(auto&) {}
};
}  // namespace counter_api
// README end
