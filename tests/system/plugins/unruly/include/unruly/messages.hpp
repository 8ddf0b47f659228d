#pragma once
// The unruly servers: `first`, `second`, `third`.
#include <cstdint>
#include <string>
#include <string_view>

#include <patchbay/message.hpp>

namespace unruly_messages {
PATCHBAY_MESSAGES_OF("unruly", "unruly")

/// What the migration of this server's state shall do, up and down: is_known() has them; with `linger` its terminate takes a second. Answers what it
/// was before.
struct arm {
  using reply = std::string;
  std::string with;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(with)); }
};
/// How often it was asked, this time included.
struct ask {
  using reply = std::int64_t;
};
/// Holds its thread as long as this file is there.
struct hold {
  using reply = std::int64_t;
  std::string file;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(file)); }
};
/// Holds its thread for so long before it answers.
struct nap {
  using reply = std::int64_t;
  std::int64_t ms = 0;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(ms)); }
};

/// What a server can be armed with. `X_in_host`: only in the host, not where its state is rehearsed.
inline bool is_known(std::string_view with) {
  for (const std::string_view each : {"nothing", "throw", "hang", "linger", "crash", "abort", "exit", "eat", "forget",
                                      "throw_in_host", "hang_in_host"}) {
    if (with == each) return true;
  }
  return false;
}

}  // namespace unruly_messages
