#pragma once
// Between the manager and its workers.
#include <cstdint>
#include <string>

#include <patchbay/message.hpp>

#include "load/messages.hpp"

namespace load::worker {
PATCHBAY_MESSAGES_OF("load", "load_worker")

/// Calls from now on.
struct go {
  using reply = bool;
};
/// After its answer the worker calls no more.
struct halt {
  using reply = totals;
};
struct look {
  using reply = totals;
};
struct write_file {
  using reply = bool;
  std::string path;
  bool forget = false;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(path), PATCHBAY_FIELD(forget)); }
};
/// To itself: one more batch, so that other messages come in between. Those of an earlier round are void.
struct batch {
  std::int64_t round = 0;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(round)); }
};

}  // namespace load::worker
