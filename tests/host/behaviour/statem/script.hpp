#pragma once
// A state machine that does what each event tells it, and writes down what it sees.
#include <atomic>
#include <functional>
#include <mutex>
#include <sstream>
#include <string>
#include <vector>

#include <patchbay/gen_statem.hpp>

#include "../../process/runtime.hpp"

namespace patchbay::test {

/// What the machine saw, `event@state`; outside of it, so that looking is no event.
class record {
 public:
  void add(const std::string& what) {
    const std::lock_guard lock(mutex_);
    seen_.push_back(what);
  }
  std::vector<std::string> get() {
    const std::lock_guard lock(mutex_);
    return seen_;
  }
  bool has(const std::string& what) {
    const auto all = get();
    return std::find(all.begin(), all.end(), what) != all.end();
  }
  std::vector<std::string> take() {
    const std::lock_guard lock(mutex_);
    return std::exchange(seen_, {});
  }

 private:
  std::mutex mutex_;
  std::vector<std::string> seen_;
};
inline record* seen = nullptr;

namespace scripted {
PATCHBAY_MESSAGES_OF("test", "script")
/// What to do, in words: `next open`, `keep`, `repeat`, `postpone`, `internal LABEL WORDS…`, `state_timeout MS LABEL` …, separated by `;`.
struct act {
  std::string label;
  std::string todo;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(label), PATCHBAY_FIELD(todo)); }
};
struct ask {
  using reply = std::string;
  std::string label;
  std::string todo;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(label), PATCHBAY_FIELD(todo)); }
};
struct late {
  std::string label;
  std::string todo;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(label), PATCHBAY_FIELD(todo)); }
};

}  // namespace scripted
using scripted::act;
using scripted::ask;
using scripted::late;

/// state and data are both shown to whoever asks get_state.
struct script {
  using state = std::string;
  struct data {
    std::int64_t count = 0;
    std::vector<from_of<ask>> callers;
    void serialize(auto& ar) { ar(PATCHBAY_FIELD(count), PATCHBAY_FIELD(callers)); }
  };
  using calls = messages<ask>;
  using casts = messages<act>;
  using infos = messages<act>;
  using internals = messages<act>;
  using timeouts = messages<late>;
  using imports = messages<>;
  using result = event_handler_result<state>;

  static statem_init<state, data> init(const args& a);
  static result handle_event(const on::call<ask>& e, const state& s, data& d);
  static result handle_event(const on::cast<act>& e, const state& s, data& d);
  static result handle_event(const on::info<act>& e, const state& s, data& d);
  static result handle_event(const on::internal<act>& e, const state& s, data& d);
  static result handle_event(const on::timeout<late>& e, const state& s, data& d);
  static result handle_event(const on::state_timeout<late>& e, const state& s, data& d);
  static result handle_event(const on::generic_timeout<late>& e, const state& s, data& d);
  static result handle_event(const exit_signal& e, const state& s, data& d);
  static result handle_event(const down& e, const state& s, data& d);
  static result handle_event(const response<ask>& e, const state& s, data& d);
  static void terminate(const exit_reason& why, const state& s, data& d);
};

/// The same with enter calls; its args' `enter` is what they do.
struct entering : script {
  static statem_init<state, data> init(const args& a);
  using script::handle_event;
  static result handle_event(const on::enter<state>& e, const state& s, data& d);
};
inline std::string on_enter;  // what the next enter call does; then it is empty
/// Runs in terminate, where it is set.
inline std::function<void()> on_terminate;
/// What holds in `hold` goes on.
inline std::atomic<bool> let_go{false};

extern "C" PATCHBAY_HIDDEN const pb_module* patchbay_module_script(std::string_view application);

/// The machine's host, and short words for what tests do with it.
class statem_test : public testing::Test {
 protected:
  statem_test();
  ~statem_test() override;
  pid start(const std::string& todo = {}, const std::string& module = "script");
  /// Sends casts, and waits until the last of them has been handled.
  void tell(const std::vector<act>& what);
  /// All casts sent until now have been handled.
  void settle();
  std::vector<std::string> saw() {
    settle();
    return record_.take();
  }
  [[nodiscard]] bool comes(const std::string& what) {
    return eventually([&] { return record_.has(what); });
  }
  [[nodiscard]] bool ends() {
    return eventually([&] { return !host_->alive(static_cast<pb_pid>(machine_)); });
  }

  record record_;
  runtime host_;
  pid machine_ = pid::nobody;
};

using lines = std::vector<std::string>;

}  // namespace patchbay::test
