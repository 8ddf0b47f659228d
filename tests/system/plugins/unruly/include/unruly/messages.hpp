#pragma once
// The unruly servers: `first`, `second`, `third`.
#include <cstdint>
#include <string>

#include <patchbay/message.hpp>

namespace unruly_messages {
PATCHBAY_MESSAGES_OF("unruly", "unruly")

/// What the migration of this server's state shall do, up and down: `nothing`, `throw` or `hang`; with `linger` its terminate takes a
/// second. Answers what it was before.
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

}  // namespace unruly_messages
