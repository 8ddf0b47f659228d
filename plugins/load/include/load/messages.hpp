#pragma once
// What steers the load application: calls of `load`.
#include <cstdint>
#include <map>
#include <string>

#include <patchbay/message.hpp>

namespace load {
PATCHBAY_MESSAGES_OF("load", "load_manager")

/// What clients have seen so far.
struct totals {
  std::int64_t clients = 0;
  std::int64_t calls = 0;
  std::int64_t duplicated = 0;
  std::int64_t disordered = 0;
  std::int64_t longest_us = 0;
  std::map<std::string, std::int64_t> errors;
  void serialize(auto& ar) {
    ar(PATCHBAY_FIELD(clients), PATCHBAY_FIELD(calls), PATCHBAY_FIELD(duplicated), PATCHBAY_FIELD(disordered),
       PATCHBAY_FIELD(longest_us), PATCHBAY_FIELD(errors));
  }
};

/// Lets this many clients call without pause, and starts those that are missing; answers how many run. Clients go on where they stopped.
struct start {
  using reply = std::int64_t;
  std::int64_t clients = 1;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(clients)); }
};

/// After its answer no client calls any more.
struct stop {
  using reply = totals;
};

struct report {
  using reply = totals;
};

/// Writes host-client-N.answers for every client (load/answers_file.hpp); answers how many.
struct save {
  using reply = std::int64_t;
  std::string directory;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(directory)); }
};

/// The same of what was seen since the last time, while the clients go on: a run of any length in bounded memory.
struct hand_over {
  using reply = std::int64_t;
  std::string directory;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(directory)); }
};

}  // namespace load
