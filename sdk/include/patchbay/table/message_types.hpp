#pragma once
// One pb_type per message and per reply in a plugin, at a fixed address: a call needs no look-up.
#include <stdexcept>
#include <string>
#include <string_view>

#include <patchbay/abi.h>
#include <patchbay/message.hpp>
#include <patchbay/table/local_type.hpp>
#include <patchbay/table/texts.hpp>
#include <patchbay/table/type.hpp>

namespace patchbay::detail {

/// Nameless until a module that takes or imports the message has been built; the host answers PB_E_NOT_IMPORTED to such a one.
template <class Message>
inline constinit pb_type message_cell{};
template <class Message>
inline constinit pb_type reply_cell{};

/// `application/module.message`. A namespace with PATCHBAY_MESSAGES_OF names its owner; any other message is the module's.
template <class Message>
std::string wire_name(std::string_view application, std::string_view module) {
  if constexpr (owned<Message>) {
    constexpr message_owner owner = patchbay_messages_of(static_cast<const Message*>(nullptr));
    application = owner.application;
    module = owner.module;
  }
  std::string name(application);
  name.append("/").append(module).append(".").append(message_name<Message>());
  return name;
}

/// Builds the types of a message where that has not been done. Throws std::logic_error where another module did so under another name.
template <class Message>
void ensure_message(std::string_view application, std::string_view module) {
  auto name = wire_name<Message>(application, module);
  pb_type& cell = message_cell<Message>;
  if (cell.name.size == 0) {
    if constexpr (call_message<Message>) {
      build_type<reply_object<Message>>(reply_cell<Message>, name + ".reply", 0);
    }
    if constexpr (local_message<Message>) {
      build_local_type<Message>(cell, std::move(name));
    } else {
      build_type<Message>(cell, std::move(name), 0);
    }
  } else if (to_view(cell.name) != name) {
    throw std::logic_error("message " + name + " is also listed as " + std::string(to_view(cell.name)) +
                           "; put PATCHBAY_MESSAGES_OF into its namespace to say whose it is");
  }
}

template <class Message>
pb_type* reply_cell_of() {
  if constexpr (call_message<Message>) {
    return &reply_cell<Message>;
  } else {
    return nullptr;
  }
}

}  // namespace patchbay::detail
