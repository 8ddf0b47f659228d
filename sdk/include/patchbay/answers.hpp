#pragma once
// What callbacks return: gen_server's answers as small values.
#include <chrono>
#include <cstdint>
#include <new>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>

#include <patchbay/abi.h>
#include <patchbay/from.hpp>
#include <patchbay/reason.hpp>
#include <patchbay/table/host_table.hpp>
#include <patchbay/table/message_types.hpp>
#include <patchbay/times.hpp>

namespace patchbay {

/// What follows an answer: nothing, an idle timeout, or a continue. Implicit from any duration, rounded up to milliseconds: info
/// `timeout` after so long without a message; never after `infinity`. A continue message lies in storage of the host; handed over,
/// the host owns it.
class next {
 public:
  next() = default;
  template <class Rep, class Period>
  next(std::chrono::duration<Rep, Period> idle)  // NOLINT(google-explicit-constructor)
      : next(std::chrono::ceil<std::chrono::milliseconds>(idle)) {}
  next(std::chrono::milliseconds idle) {  // NOLINT(google-explicit-constructor)
    if (idle == infinity) return;
    timeout_ms_ = detail::to_ms(idle);
    kind_ = PB_NEXT_TIMEOUT;
  }
  next(const pb_type& type, void* object) : type_(&type), object_(object), kind_(PB_NEXT_CONTINUE) {}
  next(next&& other) noexcept
      : type_(other.type_),
        object_(std::exchange(other.object_, nullptr)),
        timeout_ms_(other.timeout_ms_),
        kind_(std::exchange(other.kind_, PB_NEXT_INFINITY)) {}
  next& operator=(next&&) = delete;
  ~next() {
    if (object_ == nullptr) return;
    type_->destroy(object_);
    detail::host().release(detail::host_table, type_, object_);
  }

  [[nodiscard]] std::uint32_t kind() const noexcept { return kind_; }
  [[nodiscard]] std::uint64_t timeout_ms() const noexcept { return timeout_ms_; }
  [[nodiscard]] const pb_type* type() const noexcept { return type_; }
  [[nodiscard]] void* hand_over() noexcept { return std::exchange(object_, nullptr); }

 private:
  const pb_type* type_ = nullptr;
  void* object_ = nullptr;
  std::uint64_t timeout_ms_ = 0;
  std::uint32_t kind_ = PB_NEXT_INFINITY;
};

/// {continue, Message}: handle_continue runs before any queued message. The message stands in the module's `continues`.
template <class Message>
next then(Message message) {
  const pb_type& type = detail::message_cell<Message>;
  if (type.name.size == 0) {
    throw std::logic_error("continue message " + std::string(detail::message_name<Message>()) +
                           " is not in the module's `continues`");
  }
  void* storage = detail::host().allocate(detail::host_table, &type);
  if (storage == nullptr) throw std::bad_alloc();
  ::new (storage) Message(std::move(message));
  return {type, storage};
}

template <class Value>
struct reply_answer {
  Value value;
  next after;
};
struct noreply_answer {
  next after;
};
struct stop_answer {
  exit_reason why;
};
template <class Value>
struct stop_reply_answer {
  exit_reason why;
  Value value;
};
template <class State>
struct ok_answer {
  State state;
  next after;
};
struct error_answer {
  exit_reason why;
};
struct ignore_answer {};

template <class T>
concept caller = std::is_convertible_v<const std::remove_cvref_t<T>&, from>;

/// {reply, Value, State} and {reply, Value, State, Timeout | {continue, _}}. A plain value says the same as reply(value).
template <class Value>
  requires(!caller<Value>)
reply_answer<std::decay_t<Value>> reply(Value&& value, next after = {}) {
  return {std::forward<Value>(value), std::move(after)};
}
/// The answer to a call whose reply is void.
inline reply_answer<std::monostate> reply() { return {{}, {}}; }
/// {noreply, State} and {noreply, State, Timeout | {continue, _}}.
inline noreply_answer noreply(next after = {}) { return {std::move(after)}; }
/// {stop, Reason, State}; from init {stop, Reason}: reported as a crash.
inline stop_answer stop(exit_reason why) { return {std::move(why)}; }
/// {stop, Reason, Value, State}: terminate runs before the reply goes out.
template <class Value>
stop_reply_answer<std::decay_t<Value>> stop(exit_reason why, Value&& value) {
  return {std::move(why), std::forward<Value>(value)};
}
/// {ok, State, Timeout | {continue, _}} from init and code_change. A plain state says the same as ok(state).
template <class State>
ok_answer<std::decay_t<State>> ok(State&& state, next after = {}) {
  return {std::forward<State>(state), std::move(after)};
}
/// {error, Reason} from init: it did not start, and nobody reports a crash.
inline error_answer init_error(exit_reason why) { return {std::move(why)}; }
/// `ignore` from init.
inline ignore_answer ignore() { return {}; }

/// For a handle_call that returns different answers on different paths; implicit from each of them and from a plain reply.
template <class Reply>
class call_result {
 public:
  using value = std::conditional_t<std::is_void_v<Reply>, std::monostate, Reply>;

  template <class From>
    requires std::is_convertible_v<From&&, value>
  call_result(From&& plain) : answer_(reply_answer<value>{std::forward<From>(plain), {}}) {}  // NOLINT
  template <class From>
    requires std::is_convertible_v<From&&, value>
  call_result(reply_answer<From>&& answer)  // NOLINT(google-explicit-constructor)
      : answer_(reply_answer<value>{std::move(answer.value), std::move(answer.after)}) {}
  template <class From>
    requires std::is_convertible_v<From&&, value>
  call_result(stop_reply_answer<From>&& answer)  // NOLINT(google-explicit-constructor)
      : answer_(stop_reply_answer<value>{std::move(answer.why), std::move(answer.value)}) {}
  call_result(noreply_answer&& answer) : answer_(std::move(answer)) {}  // NOLINT(google-explicit-constructor)
  call_result(stop_answer&& answer) : answer_(std::move(answer)) {}     // NOLINT(google-explicit-constructor)

  [[nodiscard]] auto& answer() noexcept { return answer_; }

 private:
  std::variant<reply_answer<value>, stop_reply_answer<value>, noreply_answer, stop_answer> answer_;
};

/// The same for handle_cast, handle_info and handle_continue; `return {};` is noreply().
class cast_result {
 public:
  cast_result() = default;
  cast_result(noreply_answer&& answer) : answer_(std::move(answer)) {}  // NOLINT(google-explicit-constructor)
  cast_result(stop_answer&& answer) : answer_(std::move(answer)) {}     // NOLINT(google-explicit-constructor)
  [[nodiscard]] auto& answer() noexcept { return answer_; }

 private:
  std::variant<noreply_answer, stop_answer> answer_;
};

/// The same for init; implicit from a plain state.
template <class State>
class init_result {
 public:
  init_result(State state) : answer_(ok_answer<State>{std::move(state), {}}) {}  // NOLINT(google-explicit-constructor)
  init_result(ok_answer<State>&& answer) : answer_(std::move(answer)) {}         // NOLINT(google-explicit-constructor)
  init_result(stop_answer&& answer) : answer_(std::move(answer)) {}              // NOLINT(google-explicit-constructor)
  init_result(error_answer&& answer) : answer_(std::move(answer)) {}             // NOLINT(google-explicit-constructor)
  init_result(ignore_answer answer) : answer_(answer) {}                         // NOLINT(google-explicit-constructor)
  [[nodiscard]] auto& answer() noexcept { return answer_; }

 private:
  std::variant<ok_answer<State>, stop_answer, error_answer, ignore_answer> answer_;
};

}  // namespace patchbay
