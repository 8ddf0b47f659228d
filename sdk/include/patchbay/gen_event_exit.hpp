#pragma once
// What an event manager tells the process that added a handler by add_sup_handler.
#include <string>

#include <patchbay/message.hpp>
#include <patchbay/pid.hpp>
#include <patchbay/serial/field.hpp>

namespace patchbay {
namespace gen_event_messages {
PATCHBAY_MESSAGES_OF("patchbay", "gen_event")

/// {gen_event_EXIT, Handler, Reason}, an info: list it in `infos`. The handler has left its manager.
struct gen_event_exit {
  std::string handler;  ///< `application/module` or `application/module:id`
  /// `normal`: deleted, or it asked to be removed. `shutdown`: the manager stops. `swapped`: by another one. Else what it failed with, as
  /// `{'EXIT',Text}`.
  std::string reason;
  std::string new_handler;           ///< with swapped
  pid new_supervisor = pid::nobody;  ///< with swapped, where the new handler is supervised
  void serialize(auto& ar) {
    ar(PATCHBAY_FIELD(handler), PATCHBAY_FIELD(reason), PATCHBAY_FIELD(new_handler), PATCHBAY_FIELD(new_supervisor));
  }
};
}  // namespace gen_event_messages

using gen_event_messages::gen_event_exit;

}  // namespace patchbay
