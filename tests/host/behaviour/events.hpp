#pragma once
// Event handlers for tests: two modules of `test` 1.0.0, and a process that supervises handlers.
#include <atomic>
#include <string>
#include <vector>

#include <patchbay/co.hpp>
#include <patchbay/patchbay.hpp>

#include "../process/runtime.hpp"

namespace patchbay::test {

namespace event_messages {
PATCHBAY_MESSAGES_OF("test", "events")
struct tick {
  std::int64_t n = 0;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(n)); }
};
/// What a recorder is to do.
struct obey {
  std::string what;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(what)); }
};
/// Only `other` takes it.
struct rare {
  void serialize(auto&) {}
};
struct seen {
  using reply = std::vector<std::string>;
  void serialize(auto&) {}
};
struct ask {
  using reply = std::string;
  std::string what;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(what)); }
};
struct who {
  using reply = pid;
  void serialize(auto&) {}
};
struct order_placed {
  std::int64_t amount = 0;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(amount)); }
};
struct turnover {
  using reply = std::int64_t;
  void serialize(auto&) {}
};
/// To a keeper: do that to this manager.
struct keep {
  using reply = std::string;
  std::string what;
  pid manager;
  std::string handler;
  std::string other;
  void serialize(auto& ar) {
    ar(PATCHBAY_FIELD(what), PATCHBAY_FIELD(manager), PATCHBAY_FIELD(handler), PATCHBAY_FIELD(other));
  }
};
struct told {
  using reply = std::vector<std::string>;
  void serialize(auto&) {}
};
}  // namespace event_messages
using namespace event_messages;

/// What handlers say beside their states, in the order of saying it.
class saying {
 public:
  void add(std::string what) {
    const std::lock_guard lock(mutex_);
    said_.push_back(std::move(what));
  }
  std::vector<std::string> all() {
    const std::lock_guard lock(mutex_);
    return said_;
  }
  std::atomic<bool> open{false};
  std::atomic<int> inside{0};
  std::atomic<int> freezes{0};  // that a swap has told of

 private:
  std::mutex mutex_;
  std::vector<std::string> said_;
};
extern saying* said;

/// Two handlers and a keeper on a runtime; `manager_` is a running event manager.
class events_test : public testing::Test {
 protected:
  events_test();
  ~events_test() override { words_.open = true; }
  std::vector<std::string> seen_by(const std::string& handler) { return gen_event::call<seen>(manager_, handler); }
  pb_pid raw(pid process) { return static_cast<pb_pid>(process); }

  saying words_;
  runtime host_;
  pid manager_;
};

}  // namespace patchbay::test
