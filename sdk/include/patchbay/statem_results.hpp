#pragma once
// What the callbacks of a gen_statem return: OTP's event_handler_result() and init_result().
#include <cstdint>
#include <optional>
#include <type_traits>
#include <utility>

#include <patchbay/abi.h>
#include <patchbay/answers.hpp>
#include <patchbay/reason.hpp>
#include <patchbay/statem_actions.hpp>
#include <patchbay/statem_events.hpp>

namespace patchbay {

/// What handle_event returns; of State void: one that names no state. Data is changed in place, so that keep_state() and
/// keep_state_and_data() are one.
template <class State = void>
class event_handler_result : public with_actions<event_handler_result<State>> {
 public:
  using named = std::conditional_t<std::is_void_v<State>, std::monostate, State>;

  explicit event_handler_result(std::uint32_t outcome = PB_STATEM_KEEP, std::optional<named> state = {},
                                exit_reason why = {})
      : outcome_(outcome), state_(std::move(state)), why_(std::move(why)) {}
  /// From the result of next_state(alternative), keep_state() …
  template <class Other>
    requires(!std::is_same_v<Other, State> && (std::is_void_v<Other> || std::is_convertible_v<Other&&, named>))
  event_handler_result(event_handler_result<Other>&& other)  // NOLINT(google-explicit-constructor)
      : outcome_(other.outcome()), why_(std::move(other.why())) {
    if constexpr (!std::is_void_v<Other>) {
      if (other.state()) state_.emplace(std::move(*other.state()));
    }
    this->actions() = std::move(other.actions());
  }
  event_handler_result(stop_answer&& answer)  // NOLINT(google-explicit-constructor)
      : outcome_(PB_STATEM_STOP), why_(std::move(answer.why)) {}

  [[nodiscard]] std::uint32_t outcome() const noexcept { return outcome_; }
  [[nodiscard]] std::optional<named>& state() noexcept { return state_; }
  [[nodiscard]] exit_reason& why() noexcept { return why_; }

 private:
  std::uint32_t outcome_;
  std::optional<named> state_;
  exit_reason why_;
};

/// {next_state, State, Data}. The same state as now is keep_state.
template <class State>
event_handler_result<std::decay_t<State>> next_state(State&& state) {
  return event_handler_result<std::decay_t<State>>(PB_STATEM_NEXT, std::decay_t<State>(std::forward<State>(state)));
}
/// {keep_state, Data}; what a handler that returns void means.
inline event_handler_result<> keep_state() { return event_handler_result<>(); }
/// keep_state_and_data.
inline event_handler_result<> keep_state_and_data() { return event_handler_result<>(); }
/// {repeat_state, Data}: keep_state, but that the enter call is made again.
inline event_handler_result<> repeat_state() { return event_handler_result<>(PB_STATEM_REPEAT); }
/// repeat_state_and_data.
inline event_handler_result<> repeat_state_and_data() { return event_handler_result<>(PB_STATEM_REPEAT); }
/// {stop_and_reply, Reason, Replies}: the replies go out before terminate; stop_and_reply(why).reply(…).reply(…).
inline event_handler_result<> stop_and_reply(exit_reason why) {
  return event_handler_result<>(PB_STATEM_STOP, {}, std::move(why));
}
template <class Message, class Value>
event_handler_result<> stop_and_reply(exit_reason why, const from_of<Message>& to, Value&& value) {
  return stop_and_reply(std::move(why)).reply(to, std::forward<Value>(value));
}

/// What init returns: {ok, State, Data, Actions} by ok(state, data), or stop(…), init_error(…), ignore().
template <class State, class Data>
class statem_init : public with_actions<statem_init<State, Data>> {
 public:
  statem_init(State state, Data data) : start_(state_and_data<State, Data>{std::move(state), std::move(data)}) {}
  statem_init(state_and_data<State, Data> start) : start_(std::move(start)) {}  // NOLINT(google-explicit-constructor)
  statem_init(stop_answer&& answer)                                             // NOLINT(google-explicit-constructor)
      : outcome_(PB_STATEM_STOP), why_(std::move(answer.why)) {}
  statem_init(error_answer&& answer)  // NOLINT(google-explicit-constructor)
      : outcome_(PB_STATEM_ERROR), why_(std::move(answer.why)) {}
  statem_init(ignore_answer) : outcome_(PB_STATEM_IGNORE) {}  // NOLINT(google-explicit-constructor)
  /// From ok(alternative, data).
  template <class Other>
    requires(!std::is_same_v<Other, State> && std::is_convertible_v<Other &&, State>)
  statem_init(statem_init<Other, Data>&& other)  // NOLINT(google-explicit-constructor)
      : outcome_(other.outcome()), why_(std::move(other.why())) {
    if (other.start())
      start_ = state_and_data<State, Data>{std::move(other.start()->state), std::move(other.start()->data)};
    this->actions() = std::move(other.actions());
  }

  [[nodiscard]] std::uint32_t outcome() const noexcept { return outcome_; }
  [[nodiscard]] std::optional<state_and_data<State, Data>>& start() noexcept { return start_; }
  [[nodiscard]] exit_reason& why() noexcept { return why_; }

 private:
  std::uint32_t outcome_ = PB_STATEM_KEEP;
  std::optional<state_and_data<State, Data>> start_;
  exit_reason why_;
};

/// {ok, State, Data}; actions follow: ok(state::locked, data{…}).state_timeout(5s, relock{}).
template <class State, class Data>
  requires(!std::is_convertible_v<Data &&, next>)
statem_init<std::decay_t<State>, std::decay_t<Data>> ok(State&& state, Data&& data) {
  return {std::forward<State>(state), std::forward<Data>(data)};
}

}  // namespace patchbay
