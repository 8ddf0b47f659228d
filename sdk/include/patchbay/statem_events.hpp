#pragma once
// The events of a gen_statem, as types: what handle_event takes first. Trapped exits, downs and responses are events too, by the types of
// signals.hpp.
#include <string_view>

#include <patchbay/from.hpp>

namespace patchbay {

namespace on {

/// {call, From}.
template <class Message>
struct call {
  Message& content;  ///< of every event: may be moved from, by a handler that does not postpone it
  from_of<Message> from;
};
/// cast.
template <class Message>
struct cast {
  Message& content;
};
/// info: what was sent by send() or send_after().
template <class Message>
struct info {
  Message& content;
};
/// internal: inserted by next_event.
template <class Message>
struct internal {
  Message& content;
};
/// timeout, the event time-out: nothing happened for so long.
template <class Message>
struct timeout {
  Message& content;
};
/// state_timeout: the state was the same for so long.
template <class Message>
struct state_timeout {
  Message& content;
};
/// {timeout, Name}, the generic time-out.
template <class Message>
struct generic_timeout {
  std::string_view name;
  Message& content;
};
/// The enter call, where a module takes it (OTP's state_enter). At the start and for repeat_state the old state is the present one.
template <class State>
struct enter {
  const State& old_state;
};

}  // namespace on

/// As the second argument of handle_event, where the state is an enum and callback_mode is state_functions: the function is that state's.
template <auto State>
struct in {};

/// gen_statem's callback_mode. A module says `static constexpr auto callback_mode = patchbay::callback_mode::…;` unless it wants its state's
/// default: state_functions for a std::variant, handle_event_function for any other.
enum class callback_mode {
  state_functions,  ///< handle_event(event, alternative, data&), or (event, in<state::open>, data&): one function per state
  handle_event_function  ///< handle_event(event, const state&, data&)
};

/// State and data together: what the host holds, and what code_change takes and returns; `using state_v1 = state_and_data<…, …>`.
template <class State, class Data>
struct state_and_data {
  State state{};
  Data data{};
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(state), PATCHBAY_FIELD(data)); }
  bool operator==(const state_and_data&) const = default;
};

}  // namespace patchbay
