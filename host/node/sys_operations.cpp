#include <array>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>

#include "behaviour/debug_options.hpp"
#include "behaviour/sys.hpp"
#include "message/codec.hpp"
#include "node/node.hpp"
#include "node/operations.hpp"

namespace patchbay::node {
namespace {

using std::chrono::milliseconds;

milliseconds timeout_of(const json& fields) { return milliseconds(fields.value("timeout_ms", std::int64_t{5000})); }

/// In the words of the other operations.
error failure(const process::asked& answer, const std::string& name) {
  switch (answer.status) {
    case PB_E_TIMEOUT:
      return {"timeout", "`" + name + "` did not answer in time"};
    case PB_E_NOPROC:
      return {"noproc", "`" + name + "` has just ended"};
    case PB_E_CALLBACK_FAILED:
      return {"callback_failed", answer.text};
    case PB_E_UNKNOWN_SYSTEM_MSG:
      return {"unknown_system_msg", answer.text};
    case PB_E_BADARG:
      return {"badarg", answer.text};
    case PB_E_UNDEF_MODULE:
      return {"undef_module", answer.text};
    case PB_E_SHUTTING_DOWN:
      return {"shutdown", "the host is stopping"};
    case PB_E_OVERLOADED:
      return {"overloaded", answer.text};
    case PB_E_UNSUPPORTED:
      return {"unsupported", answer.text};
    default:
      return {"sys_failed", answer.text.empty() ? "status " + std::to_string(answer.status) : answer.text};
  }
}

outcome<json> ask(node& host, std::uint32_t what, const json& fields) {
  const auto name = fields.at("name").get<std::string>();
  const auto pid = host.messages().find(name);
  if (!pid) return pid.failure();
  const std::string argument = fields.contains("value") ? fields.at("value").dump() : std::string();
  const process::asked answer = host.sys().request(*pid, what, argument, timeout_of(fields));
  if (answer.status != PB_OK) return failure(answer, name);
  return message::parse_json(answer.bytes);
}

/// Events on their way from a process to the client that watches it.
class live_trace {
 public:
  void push(std::string event) {
    const std::lock_guard lock(mutex_);
    if (events_.size() >= most) {
      ++missed_;
    } else {
      events_.push_back(std::move(event));
    }
    changed_.notify_one();
  }
  void end() {
    const std::lock_guard lock(mutex_);
    ended_ = true;
    changed_.notify_one();
  }
  /// False: the time is over, or the process has ended and all is told.
  bool next(std::string& event, process::milliseconds left) {
    std::unique_lock lock(mutex_);
    if (!changed_.wait_for(lock, left, [&] { return ended_ || !events_.empty(); }) || events_.empty()) return false;
    event = std::move(events_.front());
    events_.pop_front();
    return true;
  }
  [[nodiscard]] std::size_t missed() const {
    const std::lock_guard lock(mutex_);
    return missed_;
  }

  // As a pb_sys_function, whose context is a shared_ptr of its own.
  static std::uint32_t call(void* context, pb_pid, pb_str event) {
    (*static_cast<std::shared_ptr<live_trace>*>(context))->push(std::string(message::view(event)));
    return 1;
  }
  static void drop(void* context) {
    const std::unique_ptr<std::shared_ptr<live_trace>> own(static_cast<std::shared_ptr<live_trace>*>(context));
    (*own)->end();
  }

 private:
  static constexpr std::size_t most = 1000;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::string> events_;  // guarded by mutex_
  std::size_t missed_ = 0;          // guarded by mutex_
  bool ended_ = false;              // guarded by mutex_
};

/// Every event of a process as a phase `event`, for so long or until it ends.
outcome<json> trace(node& host, const json& fields, const progress& tell) {
  const auto name = fields.at("name").get<std::string>();
  const auto pid = host.messages().find(name);
  if (!pid) return pid.failure();
  const auto events = std::make_shared<live_trace>();
  // Each watcher under a name of its own, so that two may watch one process.
  const std::string own = "trace " + std::to_string(reinterpret_cast<std::uintptr_t>(events.get()));
  const pb_sys_function function{new std::shared_ptr<live_trace>(events), &live_trace::call, &live_trace::drop};
  const process::asked installed = host.sys().install(*pid, behaviour::debug_function(own, function, nullptr));
  if (installed.status != PB_OK) return failure(installed, name);
  const auto until = std::chrono::steady_clock::now() + milliseconds(fields.at("duration_ms").get<std::int64_t>());
  std::size_t told = 0;
  std::string event;
  while (true) {
    const auto left = std::chrono::duration_cast<milliseconds>(until - std::chrono::steady_clock::now());
    if (left.count() <= 0 || !events->next(event, left)) break;
    tell("event", event);
    ++told;
  }
  host.sys().remove(*pid, own);
  return json{{"events", told}, {"missed", events->missed()}};
}

}  // namespace

void add_sys_operations(dispatcher& to, node& host) {
  struct function {
    const char* name;
    std::uint32_t what;
    bool takes_value;
  };
  constexpr std::array<function, 12> functions{{{"sys_suspend", PB_SYS_SUSPEND, false},
                                                {"sys_resume", PB_SYS_RESUME, false},
                                                {"sys_get_state", PB_SYS_GET_STATE, false},
                                                {"sys_replace_state", PB_SYS_REPLACE_STATE, true},
                                                {"sys_get_status", PB_SYS_GET_STATUS, false},
                                                {"sys_trace", PB_SYS_TRACE, true},
                                                {"sys_log", PB_SYS_LOG, true},
                                                {"sys_log_to_file", PB_SYS_LOG_TO_FILE, true},
                                                {"sys_statistics", PB_SYS_STATISTICS, true},
                                                {"sys_no_debug", PB_SYS_NO_DEBUG, false},
                                                {"sys_terminate", PB_SYS_TERMINATE, true},
                                                {"sys_change_code", PB_SYS_CHANGE_CODE, false}}};
  for (const function& each : functions) {
    std::vector<field> fields{{"name"}, {"timeout_ms", field_type::milliseconds, false}};
    if (each.takes_value) fields.push_back({"value", field_type::value, true});
    to.add({each.name, std::move(fields),
            [&host, what = each.what](const json& given, const progress&) { return ask(host, what, given); }});
  }
  to.add({"trace",
          {{"name"}, {"duration_ms", field_type::milliseconds}},
          [&host](const json& fields, const progress& tell) { return trace(host, fields, tell); }});
}

}  // namespace patchbay::node
