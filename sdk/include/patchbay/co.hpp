#pragma once
// What a coroutine handler waits for: `co_await co::call<bump>("counter", 1)`, `co_await co::sleep(10ms)`. The message is made, and sent, inside
// these functions: an aggregate made in the co_await expression itself would be destroyed twice by gcc 12.
#include <chrono>
#include <coroutine>
#include <cstdint>
#include <string>
#include <type_traits>
#include <utility>

#include <patchbay/calls.hpp>
#include <patchbay/task.hpp>

namespace patchbay::co {

/// The response of a request that has been sent.
template <class Message, bool Throws>
class [[nodiscard]] response_awaiter {
 public:
  response_awaiter(request<Message> sent, std::uint64_t limit_ms, std::string to)
      : sent_(sent), limit_ms_(limit_ms), to_(std::move(to)) {}
  response_awaiter(const response_awaiter&) = delete;
  response_awaiter& operator=(const response_awaiter&) = delete;

  [[nodiscard]] bool await_ready() const noexcept { return false; }
  template <class Promise>
  void await_suspend(std::coroutine_handle<Promise> self) const noexcept {
    detail::waiting& waits = self.promise().waits();
    waits.innermost = self;
    waits.request = sent_.ref;
    waits.limit_ms = limit_ms_;
  }
  auto await_resume() const {
    auto outcome = receive_response(sent_, std::chrono::milliseconds(0));
    if constexpr (!Throws) {
      return outcome;
    } else {
      if (!outcome) {
        const auto what = detail::describe_call<Message>("call of ", to_);
        throw call_error(outcome.status(), detail::failure_text(outcome.status(), what, outcome.reason()),
                         outcome.reason());
      }
      if constexpr (!std::is_void_v<reply_of<Message>>) return std::move(*outcome);
    }
  }

 private:
  request<Message> sent_;
  std::uint64_t limit_ms_;
  std::string to_;
};

/// gen_server:call/2,3 of a coroutine: as patchbay::call, but no thread is held meanwhile. Throws call_error.
template <class Message = void, class... Arguments>
auto call(const callee& to, Arguments&&... arguments) {
  using message_type = typename detail::message_of<Message, Arguments...>::type;
  return response_awaiter<message_type, true>(send_request<Message>(to.whom, std::forward<Arguments>(arguments)...),
                                              detail::to_ms(to.timeout), to.whom.text());
}
/// The same whose failure is a value.
template <class Message = void, class... Arguments>
auto try_call(const callee& to, Arguments&&... arguments) {
  using message_type = typename detail::message_of<Message, Arguments...>::type;
  return response_awaiter<message_type, false>(send_request<Message>(to.whom, std::forward<Arguments>(arguments)...),
                                               detail::to_ms(to.timeout), to.whom.text());
}

class [[nodiscard]] sleep_awaiter {
 public:
  explicit sleep_awaiter(std::uint64_t ms) noexcept : ms_(ms) {}
  [[nodiscard]] bool await_ready() const noexcept { return false; }
  template <class Promise>
  void await_suspend(std::coroutine_handle<Promise> self) const noexcept {
    detail::waiting& waits = self.promise().waits();
    waits.innermost = self;
    waits.request = 0;
    waits.limit_ms = ms_;
  }
  void await_resume() const noexcept {}

 private:
  std::uint64_t ms_;
};
/// timer:sleep/1 of a coroutine, rounded up to milliseconds.
template <class Rep, class Period>
sleep_awaiter sleep(std::chrono::duration<Rep, Period> length) {
  return sleep_awaiter(detail::to_ms(std::chrono::ceil<std::chrono::milliseconds>(length)));
}

}  // namespace patchbay::co
