#pragma once
// Messages: structs with `serialize`; a call also says `using reply = …`.
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>

#include <patchbay/serial/field.hpp>
#include <patchbay/serial/type_name.hpp>

namespace patchbay {

/// A list of messages, for `using calls = patchbay::messages<bump, value>;` and its like.
template <class... Message>
struct messages {};

/// The module whose messages a namespace holds; made by PATCHBAY_MESSAGES_OF.
struct message_owner {
  std::string_view application;
  std::string_view module;
};

/// In a list of imports: the message goes to the callee's handle_info, by send(), not to handle_cast.
template <class Message>
struct as_info {};

template <class Message>
concept call_message = requires { typename Message::reply; };

/// Holds code of its plugin, a closure for instance: it says `static constexpr bool local = true` and needs no `serialize`. Goes between modules of
/// one generation only; everybody else answers undef_message, and so does the other version for what a swap found queued.
template <class Message>
concept local_message = requires { requires Message::local; };

namespace detail {

template <class Message>
struct reply_type_of {
  static_assert(call_message<Message>,
                "Patchbay: this message is no call: it has no `using reply = …;` (void is allowed)");
  using type = typename Message::reply;
};

template <class Message>
concept owned = requires { patchbay_messages_of(static_cast<const Message*>(nullptr)); };

consteval bool names_a_namespace(std::string_view function) {
  return function.substr(0, function.find("patchbay_messages_of")).ends_with("::");
}

}  // namespace detail

/// What a call of Message answers with; may be void.
template <class Message>
using reply_of = typename detail::reply_type_of<Message>::type;

namespace detail {

/// The object that a reply is in storage: a reply without a value is a std::monostate.
template <class Message>
using reply_object = std::conditional_t<std::is_void_v<reply_of<Message>>, std::monostate, reply_of<Message>>;

/// `next_number`: the type's own name, or its `static constexpr auto message_name`.
template <class Message>
constexpr std::string_view message_name() {
  if constexpr (requires { Message::message_name; }) {
    return Message::message_name;
  } else {
    constexpr auto name = short_type_name<Message>();
    static_assert(name.find('<') == std::string_view::npos,
                  "Patchbay: a message that is a template needs `static constexpr std::string_view message_name = …;`");
    return name;
  }
}

}  // namespace detail
}  // namespace patchbay

/// Once, in the namespace of a public header's messages: whose messages they are. Without it they can only be used inside the module
/// that lists them. `namespace sequence { PATCHBAY_MESSAGES_OF("sequence", "sequence_server") struct next_number {…}; }`
#define PATCHBAY_MESSAGES_OF(application, module)                                                           \
  constexpr ::patchbay::message_owner patchbay_messages_of(const void*) noexcept {                          \
    static_assert(::patchbay::detail::names_a_namespace(__PRETTY_FUNCTION__),                               \
                  "PATCHBAY_MESSAGES_OF stands in the namespace of the messages, never in the global one"); \
    return {application, module};                                                                           \
  }
