#pragma once
// Between the sequence server and its stash.
#include <cstdint>

#include <patchbay/message.hpp>

namespace stash {
PATCHBAY_MESSAGES_OF("sequence", "stash_server")

/// The last good number.
struct fetch_number {
  using reply = std::int64_t;
};

/// A cast: this is the last good number now.
struct stash_number {
  std::int64_t n = 0;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(n)); }
};

}  // namespace stash
