#pragma once
// What the functions of an event handler return and are given.
#include <string>
#include <type_traits>
#include <utility>
#include <variant>

#include <patchbay/abi.h>
#include <patchbay/arg_list.hpp>
#include <patchbay/args.hpp>
#include <patchbay/reason.hpp>

namespace patchbay {

struct remove_handler_answer {};
template <class Value>
struct remove_handler_reply {
  Value value;
};
struct swap_handler_answer {
  arg_list args1;
  std::string handler2;
  arg_list args2;
};
template <class Value>
struct swap_handler_reply {
  Value value;
  swap_handler_answer swap;
};

/// remove_handler: the handler leaves its manager; terminate runs.
inline remove_handler_answer remove_handler() { return {}; }
/// {remove_handler, Reply}, from handle_call.
template <class Value>
remove_handler_reply<std::decay_t<Value>> remove_handler(Value&& reply) {
  return {std::forward<Value>(reply)};
}
/// {swap_handler, Args1, State, Handler2, Args2}: terminate runs with args1, and what it answers goes, with args2, into the init of handler2, which
/// takes this one's place. handler2 is `module` of the own application or `application/module`, with `:id` behind it where there are several.
inline swap_handler_answer swap_handler(arg_list args1, std::string handler2, arg_list args2 = {}) {
  return {std::move(args1), std::move(handler2), std::move(args2)};
}
/// {swap_handler, Reply, Args1, State, Handler2, Args2}, from handle_call.
template <class Value>
swap_handler_reply<std::decay_t<Value>> reply_and_swap(Value&& reply, arg_list args1, std::string handler2,
                                                       arg_list args2 = {}) {
  return {std::forward<Value>(reply), {std::move(args1), std::move(handler2), std::move(args2)}};
}

/// For a handle_event or handle_info that returns different answers on different paths; `return {};` is ok.
class event_result {
 public:
  event_result() = default;
  event_result(remove_handler_answer answer) : answer_(answer) {}             // NOLINT(google-explicit-constructor)
  event_result(swap_handler_answer&& answer) : answer_(std::move(answer)) {}  // NOLINT(google-explicit-constructor)
  [[nodiscard]] auto& answer() noexcept { return answer_; }

 private:
  std::variant<std::monostate, remove_handler_answer, swap_handler_answer> answer_;
};

/// The same for handle_call; implicit from each answer and from a plain reply.
template <class Reply>
class event_call_result {
 public:
  using value = std::conditional_t<std::is_void_v<Reply>, std::monostate, Reply>;

  template <class From>
    requires(!std::is_same_v<std::remove_cvref_t<From>, event_call_result> && std::is_convertible_v<From &&, value>)
  // NOLINTNEXTLINE(google-explicit-constructor,bugprone-forwarding-reference-overload): the tool does not read constraints
  event_call_result(From&& plain) : value_(std::forward<From>(plain)) {}
  template <class From>
    requires std::is_convertible_v<From&&, value>
  event_call_result(remove_handler_reply<From>&& answer)  // NOLINT(google-explicit-constructor)
      : value_(std::move(answer.value)), after_(remove_handler_answer{}) {}
  template <class From>
    requires std::is_convertible_v<From&&, value>
  event_call_result(swap_handler_reply<From>&& answer)  // NOLINT(google-explicit-constructor)
      : value_(std::move(answer.value)), after_(std::move(answer.swap)) {}

  [[nodiscard]] value& reply() noexcept { return value_; }
  [[nodiscard]] event_result& after() noexcept { return after_; }

 private:
  value value_;
  event_result after_;
};

/// Why a handler's terminate runs.
struct event_end {
  enum class why {
    stop = PB_EVENT_STOP,               ///< the manager ends
    exit = PB_EVENT_EXIT,               ///< {stop, Reason}: the process that added it by add_sup_handler has ended
    remove_handler = PB_EVENT_REMOVED,  ///< it asked for it
    error = PB_EVENT_ERROR,             ///< {error, {'EXIT', Reason}}: it failed
    args = PB_EVENT_ARGS                ///< delete_handler and swaps
  };
  why kind = why::stop;
  exit_reason reason;              ///< with exit and error
  args arguments = args(nullptr);  ///< with args; valid until terminate returns
};

}  // namespace patchbay
