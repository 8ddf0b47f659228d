#pragma once
// A server that runs, in its handler, whatever a test wants; and remembers what it was told.
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <vector>

#include <patchbay/patchbay.hpp>

#include "runtime.hpp"

namespace patchbay::test {

/// Runs the action of that number.
struct act {
  using reply = std::string;
  std::int64_t action = 0;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(action)); }
};
struct act_later {
  std::int64_t action = 0;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(action)); }
};
/// Answers after the gate has been opened; never: answers never.
struct ask_slow {
  using reply = std::int64_t;
  std::int64_t value = 0;
  bool never = false;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(value), PATCHBAY_FIELD(never)); }
};
/// Answers all that ask_slow asked, newest first.
struct open_gate {
  using reply = std::int64_t;
  void serialize(auto&) {}
};
struct remark {
  std::string what;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(what)); }
};
/// All that it was told, in order.
struct told_so_far {
  using reply = std::vector<std::string>;
  void serialize(auto&) {}
};
/// Of each 'DOWN' that came: its monitor and its process.
struct downs_so_far {
  using reply = std::vector<std::string>;
  void serialize(auto&) {}
};

/// The actors of one test.
class actors {
 public:
  actors();
  ~actors();
  /// `what` runs in the handler of `where`; its answer, or `STATUS: text` of what it threw.
  std::string in(pid where, std::function<std::string()> what, std::chrono::milliseconds limit = infinity);
  /// Sent, not waited for.
  void later(pid where, std::function<std::string()> what);
  pid spawn(const std::string& name = {}, const std::string& args = {}) {
    return static_cast<pid>(host_.spawn("actor", name, args));
  }
  std::vector<std::string> told(pid where) { return call<told_so_far>(where); }
  /// Waits until it has been told so much.
  bool told(pid where, const std::vector<std::string>& what);
  std::vector<std::string> downs(pid where) { return call<downs_so_far>(where); }
  void kill(pid whom, std::uint32_t how = PB_EXIT_KILL, std::string text = {}) {
    host_->exit(static_cast<pb_pid>(whom), {how, std::move(text)});
  }
  bool gone(pid whom) {
    return eventually([&] { return !host_->alive(static_cast<pb_pid>(whom)); });
  }

  std::atomic<int> terminated{0};
  std::atomic<int> inits{0};
  std::atomic<int> holding{0};
  std::atomic<bool> let_go{false};
  runtime host_;

 private:
  std::int64_t add(std::function<std::string()> what);
};

}  // namespace patchbay::test
