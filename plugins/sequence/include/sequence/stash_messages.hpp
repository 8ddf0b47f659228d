#pragma once
// Between the sequence server and its stash.
#include <cstdint>

#include <patchbay/message.hpp>

namespace sequence {

/// The last good number.
struct fetch_number {
  using reply = std::int64_t;
  void serialize(auto&) {}
};

/// A cast: this is the last good number now.
struct stash_number {
  std::int64_t n = 0;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(n)); }
};

}  // namespace sequence
