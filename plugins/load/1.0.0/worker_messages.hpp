#pragma once
// Between the manager and its workers.
#include <cstdint>
#include <string>

#include <patchbay/message.hpp>

#include "load/messages.hpp"

namespace load {

/// Calls from now on.
struct go {
  using reply = bool;
  void serialize(auto&) {}
};
/// After its answer the worker calls no more.
struct halt {
  using reply = totals;
  void serialize(auto&) {}
};
struct look {
  using reply = totals;
  void serialize(auto&) {}
};
struct write_file {
  using reply = bool;
  std::string path;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(path)); }
};
/// To itself: one more batch, so that other messages come in between. Those of an earlier round are void.
struct batch {
  std::int64_t round = 0;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(round)); }
};

}  // namespace load
