#pragma once
// Sending: call, cast, send, reply, and requests whose responses come later.
#include <chrono>
#include <cstdint>
#include <memory>
#include <new>
#include <string>
#include <type_traits>
#include <utility>

#include <patchbay/abi.h>
#include <patchbay/answers.hpp>
#include <patchbay/from.hpp>
#include <patchbay/message.hpp>
#include <patchbay/pid.hpp>
#include <patchbay/signals.hpp>
#include <patchbay/status.hpp>
#include <patchbay/table/host_table.hpp>
#include <patchbay/table/message_types.hpp>
#include <patchbay/times.hpp>

namespace patchbay {

namespace detail {

/// The message of `f<M>(…, fields…)` and of `f(…, M)`.
template <class Message, class... Arguments>
struct message_of {
  using type = Message;
};
template <class Argument>
struct message_of<void, Argument> {
  using type = std::remove_cvref_t<Argument>;
};

template <class Message, class... Arguments>
Message make_message(Arguments&&... arguments) {
  return Message{std::forward<Arguments>(arguments)...};
}

/// Room for a reply that the host constructs.
template <class Reply>
class reply_room {
 public:
  [[nodiscard]] void* storage() noexcept { return room_; }
  /// REQUIRES: the host has constructed it. Once.
  Reply take() {
    auto* reply = std::launder(reinterpret_cast<Reply*>(room_));
    const std::unique_ptr<Reply, destroyer> owner(reply);
    return std::move(*reply);
  }

 private:
  struct destroyer {
    void operator()(Reply* reply) const { std::destroy_at(reply); }
  };
  alignas(Reply) unsigned char room_[sizeof(Reply)];
};

template <class Message>
reply_outcome<Message> fetched(pb_status status, reply_room<reply_object<Message>>& room, text_sink& error) {
  if (status == PB_OK) return reply_outcome<Message>(room.take());
  return {status, error.take()};
}

template <class Message>
std::string describe_call(const char* what, const std::string& to) {
  const auto name = to_view(message_cell<Message>.name);
  if (!name.empty()) return std::string(what).append(name) + " to " + to;
  return std::string(what).append(message_name<Message>()) + " to " + to +
         "; no module of this plugin lists it, put it into the sender's `imports`";
}

}  // namespace detail

/// Whom to call and how long to wait. Implicit from a pid or a name: OTP's 5 s.
struct callee {
  template <class To>
    requires std::is_convertible_v<To&&, target>
  callee(To&& to) noexcept : whom(std::forward<To>(to)) {}  // NOLINT
  callee(target to, std::chrono::milliseconds limit) noexcept : whom(to), timeout(limit) {}

  target whom;
  std::chrono::milliseconds timeout{5000};
};
/// `call<bump>(with_timeout("counter", 2s), 1)`; patchbay::infinity waits for ever.
inline callee with_timeout(target to, std::chrono::milliseconds limit) noexcept { return {to, limit}; }

/// gen_server:call whose failure is a value. Statuses: PB_E_TIMEOUT, NOPROC, CALLING_SELF, EXIT, UNDEF_MESSAGE, NOT_IMPORTED,
/// OVERLOADED, IN_CODE_CHANGE, SHUTTING_DOWN. `try_call<M>(to, fields…)` or `try_call(to, M)`.
template <class Message = void, class... Arguments>
auto try_call(const callee& to, Arguments&&... arguments) {
  using message_type = typename detail::message_of<Message, Arguments...>::type;
  using reply_type = detail::reply_object<message_type>;
  auto message = detail::make_message<message_type>(std::forward<Arguments>(arguments)...);
  detail::reply_room<reply_type> room;
  detail::text_sink error;
  const auto whom = to.whom.abi();
  const auto status =
      detail::host().call(detail::host_table, &whom, &detail::message_cell<message_type>, &message,
                          &detail::reply_cell<message_type>, room.storage(), detail::to_ms(to.timeout), error.get());
  return detail::fetched<message_type>(status, room, error);
}

/// gen_server:call/2,3: `call<bump>("counter", 1)` or `call("counter", bump{1})`. In a handler its process handles nothing else
/// meanwhile. Throws call_error with the status; uncaught in a handler it ends the process, as in OTP.
template <class Message = void, class... Arguments>
auto call(const callee& to, Arguments&&... arguments)
    -> reply_of<typename detail::message_of<Message, Arguments...>::type> {
  using message_type = typename detail::message_of<Message, Arguments...>::type;
  auto outcome = try_call<Message>(to, std::forward<Arguments>(arguments)...);
  if (!outcome) {
    const auto what = detail::describe_call<message_type>("call of ", to.whom.text());
    throw call_error(outcome.status(), detail::failure_text(outcome.status(), what, outcome.reason()),
                     outcome.reason());
  }
  if constexpr (!std::is_void_v<reply_of<message_type>>) return std::move(*outcome);
}

/// gen_server:cast. Sending to nobody is no error. Throws status_error (PB_E_NOT_IMPORTED, UNDEF_MESSAGE, OVERLOADED,
/// IN_CODE_CHANGE).
template <class Message = void, class... Arguments>
void cast(const target& to, Arguments&&... arguments) {
  using message_type = typename detail::message_of<Message, Arguments...>::type;
  auto message = detail::make_message<message_type>(std::forward<Arguments>(arguments)...);
  detail::text_sink error;
  const auto whom = to.abi();
  const auto& type = detail::message_cell<message_type>;
  const auto status = detail::host().cast(detail::host_table, &whom, &type, &message, error.get());
  if (status != PB_OK) detail::check(status, detail::describe_call<message_type>("cast of ", to.text()), error.take());
}

/// As cast, for handle_info.
template <class Message = void, class... Arguments>
void send(const target& to, Arguments&&... arguments) {
  using message_type = typename detail::message_of<Message, Arguments...>::type;
  auto message = detail::make_message<message_type>(std::forward<Arguments>(arguments)...);
  detail::text_sink error;
  const auto whom = to.abi();
  const auto& type = detail::message_cell<message_type>;
  const auto status = detail::host().send(detail::host_table, &whom, &type, &message, error.get());
  if (status != PB_OK) detail::check(status, detail::describe_call<message_type>("send of ", to.text()), error.take());
}

/// gen_server:reply, from any process or thread. A late reply is dropped.
template <class Message, class Value>
void reply(const from_of<Message>& to, Value&& value) {
  static_assert(
      std::is_convertible_v<Value&&, detail::reply_object<Message>>,
      "Patchbay: in reply(caller, value) the value converts to the reply of the caller's message; a void reply "
      "is reply(caller)");
  if constexpr (std::is_convertible_v<Value&&, detail::reply_object<Message>>) {
    detail::reply_object<Message> object(std::forward<Value>(value));
    detail::text_sink error;
    const auto raw = static_cast<from>(to).abi();
    const auto& type = detail::reply_cell<Message>;
    const auto status = detail::host().reply(detail::host_table, &raw, &type, &object, error.get());
    if (status != PB_OK) detail::check(status, "reply of " + std::string(detail::to_view(type.name)), error.take());
  }
}
/// The same where the caller was kept as a plain `from`: say whose reply it is, `reply<bump>(who, 5)`.
template <class Message, class Value>
void reply(const from& to, Value&& value) {
  reply(from_of<Message>{to.caller, to.tag}, std::forward<Value>(value));
}
/// Answers a call whose reply is void.
template <class Message>
  requires std::is_void_v<reply_of<Message>>
void reply(const from_of<Message>& to) {
  reply(to, std::monostate());
}

/// gen_server:send_request. The response comes to handle_info(response<M>, state&), or is fetched below. Only in a handler.
template <class Message = void, class... Arguments>
auto send_request(const target& to, Arguments&&... arguments) {
  using message_type = typename detail::message_of<Message, Arguments...>::type;
  auto message = detail::make_message<message_type>(std::forward<Arguments>(arguments)...);
  detail::text_sink error;
  const auto whom = to.abi();
  const auto& type = detail::message_cell<message_type>;
  request<message_type> made;
  const auto status = detail::host().send_request(detail::host_table, &whom, &type, &message,
                                                  &detail::reply_cell<message_type>, &made.ref, error.get());
  if (status != PB_OK)
    detail::check(status, detail::describe_call<message_type>("request of ", to.text()), error.take());
  return made;
}

namespace detail {
template <class Message>
reply_outcome<Message> fetch(const request<Message>& of, std::uint64_t timeout_ms, bool abandon) {
  reply_room<reply_object<Message>> room;
  text_sink error;
  const auto status =
      host().receive_response(host_table, of.ref, timeout_ms, abandon ? 1 : 0, room.storage(), error.get());
  return fetched<Message>(status, room, error);
}
}  // namespace detail

/// gen_server:wait_response: PB_E_TIMEOUT leaves the request alive, to be waited for again.
template <class Message>
reply_outcome<Message> wait_response(const request<Message>& of, std::chrono::milliseconds limit) {
  return detail::fetch(of, detail::to_ms(limit), false);
}
/// gen_server:receive_response: PB_E_TIMEOUT gives the request up; a late response is dropped.
template <class Message>
reply_outcome<Message> receive_response(const request<Message>& of, std::chrono::milliseconds limit) {
  return detail::fetch(of, detail::to_ms(limit), true);
}
/// gen_server:check_response: PB_E_NO_REPLY where it has not come yet.
template <class Message>
reply_outcome<Message> check_response(const request<Message>& of) {
  return detail::fetch(of, 0, false);
}

}  // namespace patchbay
