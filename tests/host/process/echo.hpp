#pragma once
// A server that can do everything a test wants to see done.
#include <atomic>

#include <patchbay/patchbay.hpp>

namespace patchbay::test {

/// What test and handlers say to each other: words that both sides wait on.
struct signals {
  std::atomic<int> entered{0};
  std::atomic<int> may_leave{0};
  std::atomic<int> terminated{0};
  std::atomic<int> downs{0};
  std::atomic<int> exits{0};
  std::atomic<int> responses{0};
  std::atomic<int> timeouts{0};
  std::atomic<int> alive{0};
  std::string last;  // written before the counter that tells of it
};
inline signals* said = nullptr;

struct add {
  using reply = std::int64_t;
  std::int64_t by = 0;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(by)); }
};
struct note {
  std::int64_t by = 0;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(by)); }
};
struct history {
  using reply = std::vector<std::int64_t>;
  void serialize(auto&) {}
};
/// Holds its handler until the test lets it go.
struct hold {
  using reply = std::int64_t;
  void serialize(auto&) {}
};
struct fail {
  using reply = std::int64_t;
  std::string how;  // throw, stop, stop_reply, never, self, later
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(how)); }
};
struct release_later {
  void serialize(auto&) {}
};
struct watch {
  using reply = bool;
  patchbay::pid whom;
  bool by_link = false;
  bool trap = false;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(whom), PATCHBAY_FIELD(by_link), PATCHBAY_FIELD(trap)); }
};
struct ask {
  using reply = std::int64_t;
  patchbay::pid whom;
  std::string how;  // call, request, cast_ten
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(whom), PATCHBAY_FIELD(how)); }
};
struct alarm_after {
  using reply = bool;
  std::int64_t ms = 0;
  bool idle = false;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(ms), PATCHBAY_FIELD(idle)); }
};
struct ring {
  void serialize(auto&) {}
};

}  // namespace patchbay::test
