#pragma once
// What a server has and nothing would ever call: a handler without its list, a callback of another signature. Each is a compile error
// that says what is expected.
#include <type_traits>
#include <utility>

#include <patchbay/message.hpp>
#include <patchbay/reason.hpp>
#include <patchbay/signals.hpp>
#include <patchbay/table/handlers.hpp>
#include <patchbay/table/message_lists.hpp>

namespace patchbay::detail {

template <class Server>
concept has_terminate =
    requires(const exit_reason& why, typename Server::state& state) { Server::terminate(why, state); };
template <class Server>
concept formats_status =
    requires(const typename Server::state& state) { requires !std::is_void_v<decltype(Server::format_status(state))>; };

/// A name that both bases have is ambiguous: so it shows, whatever the signature.
struct callback_names {
  static void handle_call();
  static void handle_cast();
  static void handle_info();
  static void handle_continue();
  static void terminate();
  static void format_status();
};
// Nothing can be derived from a final server; its names go unchecked.
struct no_names {};
template <class Server>
struct with_names : std::conditional_t<std::is_final_v<Server>, no_names, Server>, callback_names {};

template <class Server>
concept declares_call = !requires { &with_names<Server>::handle_call; };
template <class Server>
concept declares_cast = !requires { &with_names<Server>::handle_cast; };
template <class Server>
concept declares_info = !requires { &with_names<Server>::handle_info; };
template <class Server>
concept declares_continue = !requires { &with_names<Server>::handle_continue; };
template <class Server>
concept declares_terminate = !requires { &with_names<Server>::terminate; };
template <class Server>
concept declares_format_status = !requires { &with_names<Server>::format_status; };

/// Stands for an argument of any type; an rvalue of it for a temporary.
struct any_argument {
  template <class T>
  operator T&() const&;  // NOLINT(google-explicit-constructor)
  template <class T>
  operator T&&() const&&;  // NOLINT(google-explicit-constructor)
};

/// An overload of handle_info begins with this signal, whatever follows it.
template <class Server, class Signal>
concept begins_with =
    requires(Server& server, Signal signal) { server.handle_info(std::move(signal)); } ||
    requires(Server& server, Signal signal, any_argument any) { server.handle_info(std::move(signal), any); } ||
    requires(Server& server, Signal signal) { server.handle_info(std::move(signal), any_argument()); } ||
    requires(Server& server, Signal signal, any_argument any) { server.handle_info(std::move(signal), any, any); } ||
    requires(Server& server, Signal signal, any_argument any) { server.handle_info(signal, any); };
template <class Server, class Signal>
inline constexpr bool takes_or_ignores = handles_info<Server, Signal> || !begins_with<Server, Signal>;

template <class Server, class Message>
consteval bool takes_response() {
  if constexpr (call_message<Message>) {
    static_assert(
        takes_or_ignores<Server, response<Message>>,
        "Patchbay: the response to a request is taken by `static handle_info(const patchbay::response<M>&, state&)`");
    return handles_info<Server, response<Message>>;
  } else {
    return false;
  }
}
template <class Server, class... Message>
consteval bool takes_responses(messages<Message...>) {
  return (static_cast<unsigned>(takes_response<Server, Message>()) | ... | 0u) != 0;
}

template <class Server>
consteval bool takes_signals() {
  static_assert(takes_or_ignores<Server, timeout>,
                "Patchbay: an idle timeout is taken by `static handle_info(const patchbay::timeout&, state&)`");
  static_assert(takes_or_ignores<Server, exit_signal>,
                "Patchbay: a trapped exit is taken by `static handle_info(const patchbay::exit_signal&, state&)`");
  static_assert(
      takes_or_ignores<Server, down>,
      "Patchbay: the end of a monitored process is taken by `static handle_info(const patchbay::down&, state&)`");
  const bool called = takes_responses<Server>(calls_of<Server>{});
  const bool imported = takes_responses<Server>(imports_of<Server>{});
  return handles_info<Server, timeout> || handles_info<Server, exit_signal> || handles_info<Server, down> || called ||
         imported;
}

/// Every check is a static_assert; the value is always true.
template <class Server>
consteval bool forgets_nothing() {
  static_assert(
      count_of(calls_of<Server>{}) != 0 || !declares_call<Server>,
      "Patchbay: the server has a handle_call but lists no `calls`: say `using calls = patchbay::messages<…>;`");
  static_assert(
      count_of(casts_of<Server>{}) != 0 || !declares_cast<Server>,
      "Patchbay: the server has a handle_cast but lists no `casts`: say `using casts = patchbay::messages<…>;`");
  static_assert(count_of(continues_of<Server>{}) != 0 || !declares_continue<Server>,
                "Patchbay: the server has a handle_continue but lists no `continues`: say `using continues = "
                "patchbay::messages<…>;`");
  constexpr bool signals = takes_signals<Server>();
  static_assert(
      count_of(infos_of<Server>{}) != 0 || signals || !declares_info<Server>,
      "Patchbay: the server has a handle_info but lists no `infos`, and it takes no exit_signal, down, timeout or "
      "response<M> of a listed M: say `using infos = patchbay::messages<…>;`");
  static_assert(has_terminate<Server> || !declares_terminate<Server>,
                "Patchbay: terminate is `static void terminate(const patchbay::exit_reason&, state&)`");
  static_assert(formats_status<Server> || !declares_format_status<Server>,
                "Patchbay: format_status is `static T format_status(const state&)`, where T is what operators see");
  return true;
}

}  // namespace patchbay::detail
