#pragma once
// What the tests of the deterministic host run.
#include <string>
#include <vector>

#include <patchbay/patchbay.hpp>

namespace tested {
PATCHBAY_MESSAGES_OF("test", "ticker");
struct arm {  // arms timers out of order, and an idle timeout
  void serialize(auto&) {}
};
struct tick {
  std::string name;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(name)); }
};
struct ticks {
  using reply = std::vector<std::string>;
  void serialize(auto&) {}
};
}  // namespace tested

namespace tested_waits {
PATCHBAY_MESSAGES_OF("test", "waiter");
struct ask {  // calls `whom`, which asks the next of `path`, …
  using reply = std::int64_t;
  std::vector<std::string> path;
  std::int64_t timeout_ms = 5000;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(path), PATCHBAY_FIELD(timeout_ms)); }
};
struct ask_later {  // as ask, by a coroutine
  using reply = std::int64_t;
  std::vector<std::string> path;
  std::int64_t after_ms = 0;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(path), PATCHBAY_FIELD(after_ms)); }
};
struct crash {
  void serialize(auto&) {}
};
}  // namespace tested_waits
