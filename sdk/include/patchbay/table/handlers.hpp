#pragma once
// One function per message: what the host calls.
#include <type_traits>
#include <utility>

#include <patchbay/abi.h>
#include <patchbay/from.hpp>
#include <patchbay/signals.hpp>
#include <patchbay/table/answer_writer.hpp>
#include <patchbay/table/coroutine_handlers.hpp>
#include <patchbay/table/message_types.hpp>
#include <patchbay/table/signal_from.hpp>

namespace patchbay::detail {

template <class Server, class Message>
concept handles_call = requires(Message&& message, from_of<Message> caller, typename Server::state& state) {
  Server::handle_call(std::move(message), caller, state);
};
template <class Server, class Message>
concept handles_cast =
    requires(Message&& message, typename Server::state& state) { Server::handle_cast(std::move(message), state); };
template <class Server, class Message>
concept handles_info =
    requires(Message&& message, typename Server::state& state) { Server::handle_info(std::move(message), state); };
template <class Server, class Message>
concept handles_continue =
    requires(Message&& message, typename Server::state& state) { Server::handle_continue(std::move(message), state); };

/// The server, looked into only once the message is known: in a generic lambda clang would otherwise miss the handlers that the server
/// does not have, whether or not it lists a message for them.
template <class Server, class>
struct server_for {
  using type = Server;
};
template <class Server, class Message>
using server_taking = typename server_for<Server, Message>::type;

/// What a callback returns.
template <class Server, class Message>
using call_answer = decltype(server_taking<Server, Message>::handle_call(
    std::declval<Message&&>(), std::declval<from_of<Message>>(), std::declval<typename Server::state&>()));
template <class Server, class Message>
using cast_answer = decltype(server_taking<Server, Message>::handle_cast(std::declval<Message&&>(),
                                                                         std::declval<typename Server::state&>()));
template <class Server, class Message>
using info_answer = decltype(server_taking<Server, Message>::handle_info(std::declval<Message&&>(),
                                                                         std::declval<typename Server::state&>()));
template <class Server, class Message>
using continue_answer = decltype(server_taking<Server, Message>::handle_continue(
    std::declval<Message&&>(), std::declval<typename Server::state&>()));

template <class Server, class Object, class Reply>
void start_task(task<Reply> handler, void* reply, pb_result* result) {
  running_handler<Server, Object, Reply>::start(std::move(handler), reply, result);
}

/// Runs a callback without reply and writes down its answer.
template <class Server, class Call>
void answer_plain(pb_result* result, Call&& call) {
  if constexpr (std::is_void_v<decltype(call())>) {
    call();
  } else if constexpr (is_task<decltype(call())>) {
    start_task<Server, void>(call(), nullptr, result);
  } else {
    static_assert(
        answers_plain<Server, decltype(call())>,
        "Patchbay: handle_cast, handle_info and handle_continue return void, patchbay::cast_result, noreply(…) or "
        "stop(…)");
    if constexpr (answers_plain<Server, decltype(call())>) answer_writer<Server>(result, nullptr).plain(call());
  }
}

template <class Server>
struct handlers {
  using state = typename Server::state;

  template <class Message>
  static pb_status call(void* raw_state, void* object, const pb_from* caller, void* reply, pb_result* result) noexcept {
    return run_callback(result, [&] {
      using object_type = reply_object<Message>;
      auto& message = *static_cast<Message*>(object);
      const from_of<Message> who{static_cast<pid>(caller->pid), caller->tag};
      const auto run = [&]() -> decltype(auto) {
        return Server::handle_call(std::move(message), who, *static_cast<state*>(raw_state));
      };
      if constexpr (is_task<decltype(run())>) {
        start_task<Server, object_type>(run(), reply, result);
        return;
      } else {
        answer_writer<Server> writer(result, reply);
        if constexpr (std::is_void_v<decltype(run())>) {
          static_assert(
              std::is_void_v<reply_of<Message>>,
              "Patchbay: this handle_call returns nothing, but its message has a reply; return it, or noreply()");
          run();
          writer.template reply<object_type>(std::monostate());
        } else {
          static_assert(
              answers_call<Server, object_type, decltype(run())>,
              "Patchbay: handle_call returns its message's reply, patchbay::call_result, reply(…), noreply(…) or "
              "stop(…); what call_result, reply(…) and stop(reason, …) hold converts to that reply");
          if constexpr (answers_call<Server, object_type, decltype(run())>) writer.template reply<object_type>(run());
        }
      }
    });
  }

  template <class Message>
  static pb_status cast(void* raw_state, void* object, const pb_from*, void*, pb_result* result) noexcept {
    return run_callback(result, [&] {
      answer_plain<Server>(result, [&]() -> decltype(auto) {
        return Server::handle_cast(std::move(*static_cast<Message*>(object)), *static_cast<state*>(raw_state));
      });
    });
  }
  template <class Message>
  static pb_status info(void* raw_state, void* object, const pb_from*, void*, pb_result* result) noexcept {
    return run_callback(result, [&] {
      answer_plain<Server>(result, [&]() -> decltype(auto) {
        return Server::handle_info(std::move(*static_cast<Message*>(object)), *static_cast<state*>(raw_state));
      });
    });
  }
  template <class Message>
  static pb_status continued(void* raw_state, void* object, const pb_from*, void*, pb_result* result) noexcept {
    return run_callback(result, [&] {
      answer_plain<Server>(result, [&]() -> decltype(auto) {
        return Server::handle_continue(std::move(*static_cast<Message*>(object)), *static_cast<state*>(raw_state));
      });
    });
  }

  /// handle_info with what the host hands over in a struct of its own.
  template <class Signal>
  static pb_status signal(void* raw_state, void* object, const pb_from*, void*, pb_result* result) noexcept {
    return run_callback(result, [&] {
      answer_plain<Server>(result, [&]() -> decltype(auto) {
        return Server::handle_info(signal_from(static_cast<Signal*>(nullptr), object), *static_cast<state*>(raw_state));
      });
    });
  }
};

}  // namespace patchbay::detail
