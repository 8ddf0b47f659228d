#pragma once
// Coroutine handlers: `static patchbay::task<R> handle_call(const M&, patchbay::from, state&)`. While one waits its process handles nothing
// else, as in OTP, but no thread is held. A swap of its application lets it end first. Hold no lock and use no thread_local across a co_await.
#include <coroutine>
#include <cstdint>
#include <exception>
#include <optional>
#include <stdexcept>
#include <type_traits>
#include <utility>
#include <variant>

#include <patchbay/abi.h>
#include <patchbay/answers.hpp>

namespace patchbay {

template <class Reply>
class task;

namespace detail {

/// What a chain of tasks, the handler's and those that it awaits, waits for: kept by the outermost, pointed to by all.
struct waiting {
  std::coroutine_handle<> innermost;
  pb_ref request = 0;
  std::uint64_t limit_ms = PB_INFINITY;
};

template <class T>
inline constexpr bool is_task = false;
template <class Reply>
inline constexpr bool is_task<task<Reply>> = true;

template <class T>
struct task_answer {
  using type = call_result<T>;
};
template <>
struct task_answer<cast_result> {
  using type = cast_result;
};

/// The parts of a promise that do not depend on what is returned.
class promise_base {
 public:
  std::suspend_always initial_suspend() noexcept { return {}; }

  struct back_to_caller {
    bool await_ready() noexcept { return false; }
    template <class Promise>
    std::coroutine_handle<> await_suspend(std::coroutine_handle<Promise> ended) noexcept {
      promise_base& promise = ended.promise();
      if (!promise.awaiter_) return std::noop_coroutine();
      promise.waits_->innermost = promise.awaiter_;
      return promise.awaiter_;
    }
    void await_resume() noexcept {}
  };
  back_to_caller final_suspend() noexcept { return {}; }
  void unhandled_exception() noexcept { failure_ = std::current_exception(); }

  void runs_under(waiting& of_handler, std::coroutine_handle<> awaiter) noexcept {
    waits_ = &of_handler;
    awaiter_ = awaiter;
  }
  void rethrow() const {
    if (failure_) std::rethrow_exception(failure_);
  }

  [[nodiscard]] waiting& waits() const noexcept { return *waits_; }

 private:
  waiting* waits_ = nullptr;
  std::coroutine_handle<> awaiter_;
  std::exception_ptr failure_;
};

template <class Reply>
class task_promise : public promise_base {
 public:
  using answer_type = typename task_answer<Reply>::type;
  task<Reply> get_return_object() noexcept;
  template <class Value>
    requires std::is_constructible_v<answer_type, Value&&>
  void return_value(Value&& value) {
    answer_.emplace(std::forward<Value>(value));
  }
  [[nodiscard]] answer_type take() { return std::move(*answer_); }

 private:
  std::optional<answer_type> answer_;
};
template <>
class task_promise<void> : public promise_base {
 public:
  task<void> get_return_object() noexcept;
  void return_void() noexcept {}
};

}  // namespace detail

/// A handler, or a part of one, that may wait. Reply is what the handler's message has as its reply; co_return it, or reply(…), noreply(…) or
/// stop(…) as any other handle_call does. For handle_cast, handle_info and handle_continue: task<void>, or task<cast_result>. A task may
/// co_await another task: it gets what that one co_returned.
template <class Reply>
class [[nodiscard]] task {
 public:
  using promise_type = detail::task_promise<Reply>;

  explicit task(std::coroutine_handle<promise_type> frame) noexcept : frame_(frame) {}
  task(task&& other) noexcept : frame_(std::exchange(other.frame_, nullptr)) {}
  task& operator=(task&&) = delete;
  ~task() {
    if (frame_) frame_.destroy();
  }

  /// The frame becomes the caller's.
  [[nodiscard]] std::coroutine_handle<promise_type> hand_over() noexcept { return std::exchange(frame_, nullptr); }

  [[nodiscard]] bool await_ready() const noexcept { return false; }
  template <class Promise>
  std::coroutine_handle<> await_suspend(std::coroutine_handle<Promise> awaiter) noexcept {
    detail::waiting& waits = awaiter.promise().waits();
    frame_.promise().runs_under(waits, awaiter);
    waits.innermost = frame_;
    return frame_;
  }
  Reply await_resume() {
    frame_.promise().rethrow();
    if constexpr (std::is_same_v<Reply, cast_result>) {
      return frame_.promise().take();
    } else if constexpr (!std::is_void_v<Reply>) {
      auto answer = frame_.promise().take();
      if (auto* plain = std::get_if<reply_answer<Reply>>(&answer.answer())) return std::move(plain->value);
      throw std::logic_error("an awaited task answered noreply() or stop(); only the handler's own task may");
    }
  }

 private:
  std::coroutine_handle<promise_type> frame_;
};

namespace detail {
template <class Reply>
task<Reply> task_promise<Reply>::get_return_object() noexcept {
  return task<Reply>(std::coroutine_handle<task_promise>::from_promise(*this));
}
inline task<void> task_promise<void>::get_return_object() noexcept {
  return task<void>(std::coroutine_handle<task_promise>::from_promise(*this));
}
}  // namespace detail

}  // namespace patchbay
