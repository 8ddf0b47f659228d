#pragma once
// Tasks (Elixir's Task): a process that runs one function, linked to who started it, and whose value is awaited.
//
//   PATCHBAY_TASKS();                            once in a plugin; its app file lists "task", and "task_supervisor" where one is used
//   auto page = async([path] { return read(path); });
//   auto text = await(page);                     5000 ms; in a coroutine: co_await co::await(page)
//
// The function may be a coroutine: it returns patchbay::task<R>, and waits without a thread. A function that computes cannot be interrupted:
// shutdown and kill take effect when it returns, or at its next co_await. A task is code: a swap waits for it, or is aborted by its name, as
// for any handler. Only in a handler, all of this file.
#include <chrono>
#include <coroutine>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>

#include <patchbay/calls.hpp>
#include <patchbay/child_spec.hpp>
#include <patchbay/links.hpp>
#include <patchbay/processes.hpp>
#include <patchbay/table/supervisor_module.hpp>
#include <patchbay/table/task_server.hpp>
#include <patchbay/task.hpp>

namespace patchbay {

/// A task's value, or why there is none: {ok, Value} | {exit, Reason}.
template <class Value>
class task_outcome {
 public:
  using value_type = std::conditional_t<std::is_void_v<Value>, std::monostate, Value>;

  explicit task_outcome(value_type value) : value_(std::move(value)) {}
  task_outcome(pb_status status, std::string reason) : status_(status), reason_(std::move(reason)) {}

  [[nodiscard]] bool ok() const noexcept { return value_.has_value(); }
  explicit operator bool() const noexcept { return ok(); }
  /// PB_E_EXIT: it ended first, for reason(). PB_E_TIMEOUT: async_stream killed it.
  [[nodiscard]] pb_status status() const noexcept { return status_; }
  [[nodiscard]] const std::string& reason() const noexcept { return reason_; }
  /// REQUIRES: ok().
  [[nodiscard]] value_type& operator*() noexcept { return *value_; }
  [[nodiscard]] const value_type& operator*() const noexcept { return *value_; }
  [[nodiscard]] value_type* operator->() noexcept { return &*value_; }
  [[nodiscard]] const value_type* operator->() const noexcept { return &*value_; }

 private:
  std::optional<value_type> value_;
  pb_status status_ = PB_OK;
  std::string reason_;
};

namespace detail {

template <class Result>
struct awaited_value {
  using type = Result;
};
template <class Reply>
struct awaited_value<task<Reply>> {
  using type = Reply;
};
/// What a task of this function is awaited for.
template <class Function, class... Argument>
using task_value = typename awaited_value<std::decay_t<std::invoke_result_t<Function&, Argument...>>>::type;

/// Where a task leaves its value: both hold it, and the reply that says so comes after it.
template <class Value>
using task_place = std::shared_ptr<std::optional<typename task_outcome<Value>::value_type>>;

template <class Value, class Function>
task<void> run_waiting(Function& function, task_place<Value> place) {
  auto inner = function();
  if constexpr (std::is_void_v<Value>) {
    co_await inner;
    place->emplace();
  } else {
    place->emplace(co_await inner);
  }
}

template <class Value, class Function>
task_function make_task(Function function, task_place<Value> place) {
  task_function made;
  if constexpr (is_task<std::invoke_result_t<Function&>>) {
    made.waiting = [function = std::move(function), place = std::move(place)]() mutable {
      return run_waiting<Value>(function, place);
    };
  } else {
    made.plain = [function = std::move(function), place = std::move(place)]() mutable {
      if constexpr (std::is_void_v<Value>) {
        function();
        place->emplace();
      } else {
        place->emplace(function());
      }
    };
  }
  return made;
}

inline pid started_task(start_outcome outcome) {
  // As one's own child, or as a supervisor's.
  if (outcome.status == PB_E_UNDEF_MODULE || outcome.reason.starts_with("{undef_module,")) {
    outcome.reason =
        "put PATCHBAY_TASKS(); into one source file of the plugin and \"task\" into its app file's modules";
  }
  return started(std::move(outcome), "task");
}

}  // namespace detail

/// A task on its way. Belongs to the handler that started it: cannot be kept in a state. Destroyed without having been awaited, the task goes on
/// and its value is dropped.
template <class Value>
class [[nodiscard]] async_task {
 public:
  using value_type = typename task_outcome<Value>::value_type;

  async_task(pid process, request<detail::task_server::run> sent, detail::task_place<Value> place) noexcept
      : process_(process), sent_(sent), place_(std::move(place)) {}
  async_task(async_task&& other) noexcept
      : process_(other.process_), sent_(std::exchange(other.sent_, {})), place_(std::move(other.place_)) {}
  async_task& operator=(async_task&&) = delete;
  ~async_task() { abandon(); }

  [[nodiscard]] pid process() const noexcept { return process_; }
  [[nodiscard]] pb_ref ref() const noexcept { return sent_.ref; }

  /// Its value, or why there is none; nullopt: not yet, it may be waited for again.
  std::optional<task_outcome<Value>> wait(std::chrono::milliseconds limit) {
    const auto answer = wait_response(sent_, limit);
    if (answer.status() == PB_E_TIMEOUT || answer.status() == PB_E_NO_REPLY) return std::nullopt;
    sent_ = {};
    if (!answer) return task_outcome<Value>(answer.status(), answer.reason());
    return task_outcome<Value>(std::move(**place_));
  }
  /// It goes on; its value is dropped.
  void abandon() noexcept {
    if (const auto open = std::exchange(sent_, {}); open.ref != 0)
      detail::host().work->abandon(detail::host_table, open.ref);
  }

 private:
  pid process_;
  request<detail::task_server::run> sent_;
  detail::task_place<Value> place_;
};

namespace detail {

template <class Function>
auto give_function(pid process, Function function) {
  using value = task_value<Function>;
  auto place = std::make_shared<std::optional<typename task_outcome<value>::value_type>>();
  const auto sent = send_request<task_server::run>(process, make_task<value>(std::move(function), place));
  return async_task<value>(process, sent, std::move(place));
}

/// The value, or the exit of who awaits it: {timeout | Reason, {task, await, …}}.
template <class Value>
Value value_of(async_task<Value>& awaited, std::optional<task_outcome<Value>> outcome) {
  const bool late = !outcome.has_value();
  if (late) {
    awaited.abandon();
    outcome.emplace(PB_E_TIMEOUT, "");
  }
  if (!*outcome) {
    throw call_error(outcome->status(),
                     failure_text(outcome->status(), "await of task " + to_text(awaited.process()), outcome->reason()),
                     outcome->reason());
  }
  if constexpr (!std::is_void_v<Value>) return std::move(**outcome);
}

}  // namespace detail

/// Task.async/1: a process, linked to this one, that runs the function. Throws status_error as start_link does.
template <class Function>
auto async(Function function) {
  return detail::give_function(detail::started_task(try_start_link("task")), std::move(function));
}
/// The same without a link: its end is only seen by who awaits it.
template <class Function>
auto async_nolink(Function function) {
  return detail::give_function(detail::started_task(try_start("task")), std::move(function));
}

/// Task.await/2: the value. Throws call_error: PB_E_TIMEOUT (the task goes on; uncaught, this process ends, and with it a linked task), PB_E_EXIT
/// (it ended first, for reason()).
template <class Value>
Value await(async_task<Value>& awaited, std::chrono::milliseconds limit = std::chrono::milliseconds(5000)) {
  return detail::value_of(awaited, awaited.wait(limit));
}
template <class Value>
Value await(async_task<Value>&& awaited, std::chrono::milliseconds limit = std::chrono::milliseconds(5000)) {
  return await(awaited, limit);
}
/// Task.yield/2: {ok, Value} | {exit, Reason}; nullopt: not in this time, it may be yielded to again.
template <class Value>
std::optional<task_outcome<Value>> yield(async_task<Value>& awaited,
                                         std::chrono::milliseconds limit = std::chrono::milliseconds(5000)) {
  return awaited.wait(limit);
}

/// Task.shutdown/2: unlinks and shuts the task down. {ok, Value} where it was done in time, {exit, Reason} where it had ended for another reason;
/// nullopt: it was shut down. After `limit` it is killed; brutal_kill at once.
template <class Value>
std::optional<task_outcome<Value>> shutdown_task(async_task<Value>& ended,
                                                 std::chrono::milliseconds limit = std::chrono::milliseconds(5000)) {
  unlink(ended.process());
  if (limit != brutal_kill) {
    exit(ended.process(), shutdown);
    if (auto outcome = ended.wait(limit)) {
      if (!*outcome && outcome->reason() == "shutdown") return std::nullopt;
      return outcome;
    }
  } else if (auto outcome = ended.wait(limit)) {
    return outcome;
  }
  exit(ended.process(), kill);
  ended.abandon();
  return std::nullopt;
}

namespace detail {
template <class Function>
task_function unawaited(Function function) {
  return make_task<void>([function = std::move(function)]() mutable { return function(); },
                         std::make_shared<std::optional<std::monostate>>());
}
}  // namespace detail

/// Task.start/1 and start_link/1: nobody waits for it.
template <class Function>
pid start_task(Function function) {
  const pid made = detail::started_task(try_start("task"));
  cast<detail::task_server::go>(made, detail::unawaited(std::move(function)));
  return made;
}
template <class Function>
pid start_link_task(Function function) {
  const pid made = detail::started_task(try_start_link("task"));
  cast<detail::task_server::go>(made, detail::unawaited(std::move(function)));
  return made;
}

namespace co {

/// The outcome of a task, waited for by a coroutine.
template <class Value, bool Throws>
class [[nodiscard]] task_awaiter {
 public:
  task_awaiter(async_task<Value>& awaited, std::chrono::milliseconds limit) noexcept
      : awaited_(awaited), limit_ms_(patchbay::detail::to_ms(limit)) {}
  task_awaiter(const task_awaiter&) = delete;
  task_awaiter& operator=(const task_awaiter&) = delete;

  // An answer that came before this await wakes nobody any more.
  [[nodiscard]] bool await_ready() {
    outcome_ = awaited_.wait(std::chrono::milliseconds(0));
    return outcome_.has_value();
  }
  template <class Promise>
  void await_suspend(std::coroutine_handle<Promise> self) const noexcept {
    patchbay::detail::waiting& waits = self.promise().waits();
    waits.innermost = self;
    waits.request = awaited_.ref();
    waits.limit_ms = limit_ms_;
  }
  auto await_resume() {
    if (!outcome_) outcome_ = awaited_.wait(std::chrono::milliseconds(0));
    if constexpr (Throws) {
      return patchbay::detail::value_of(awaited_, std::move(outcome_));
    } else {
      return std::move(outcome_);
    }
  }

 private:
  async_task<Value>& awaited_;
  std::optional<task_outcome<Value>> outcome_;
  std::uint64_t limit_ms_;
};

/// await and yield of a coroutine: no thread is held meanwhile. The task has a name of its own: gcc 12 destroys what a function that is made
/// inside the co_await expression has captured twice.
template <class Value>
task_awaiter<Value, true> await(async_task<Value>& awaited,
                                std::chrono::milliseconds limit = std::chrono::milliseconds(5000)) {
  return {awaited, limit};
}
template <class Value>
task_awaiter<Value, false> yield(async_task<Value>& awaited,
                                 std::chrono::milliseconds limit = std::chrono::milliseconds(5000)) {
  return {awaited, limit};
}

}  // namespace co
}  // namespace patchbay

/// Once in a plugin: its tasks' modules, `task` and `task_supervisor`, for the app file to list.
#define PATCHBAY_TASKS()                                                                                      \
  extern "C" PATCHBAY_HIDDEN const pb_module* patchbay_module_task(::std::string_view application) {          \
    return ::patchbay::detail::server_module<::patchbay::detail::task_server, 1>::table(application, "task"); \
  }                                                                                                           \
  extern "C" PATCHBAY_HIDDEN const pb_module* patchbay_module_task_supervisor(::std::string_view) {           \
    using module = ::patchbay::detail::supervisor_module<::patchbay::detail::task_supervisor_module>;         \
    return module::table("task_supervisor");                                                                  \
  }                                                                                                           \
  static_assert(true)
