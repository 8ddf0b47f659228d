#pragma once
// What the host hands over in structs of its own, as the SDK's types.
#include <string>
#include <utility>

#include <patchbay/abi.h>
#include <patchbay/signals.hpp>
#include <patchbay/table/message_types.hpp>

namespace patchbay::detail {

inline exit_signal signal_from(exit_signal*, void* object) {
  const auto& raw = *static_cast<pb_exit*>(object);
  return {static_cast<pid>(raw.pid), exit_reason(raw.reason)};
}
inline down signal_from(down*, void* object) {
  const auto& raw = *static_cast<pb_down*>(object);
  return {static_cast<monitor_ref>(raw.monitor), static_cast<pid>(raw.pid), exit_reason(raw.reason)};
}
inline timeout signal_from(timeout*, void*) { return {}; }
template <class Message>
response<Message> signal_from(response<Message>*, void* object) {
  const auto& raw = *static_cast<pb_response*>(object);
  if (raw.status == PB_OK) {
    return {{raw.request}, reply_outcome<Message>(std::move(*static_cast<reply_object<Message>*>(raw.reply)))};
  }
  return {{raw.request}, reply_outcome<Message>(raw.status, std::string(to_view(raw.error)))};
}

}  // namespace patchbay::detail
