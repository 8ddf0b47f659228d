#pragma once
// Messages to be sent later.
#include <chrono>
#include <optional>
#include <utility>

#include <patchbay/abi.h>
#include <patchbay/calls.hpp>
#include <patchbay/pid.hpp>
#include <patchbay/signals.hpp>
#include <patchbay/table/host_table.hpp>
#include <patchbay/times.hpp>

namespace patchbay {

/// erlang:send_after: an info to `to` after the delay. A timer to a pid that has gone is dropped when it fires.
template <class Message = void, class... Arguments>
timer_ref send_after(const target& to, std::chrono::milliseconds delay, Arguments&&... arguments) {
  using message_type = typename detail::message_of<Message, Arguments...>::type;
  auto message = detail::make_message<message_type>(std::forward<Arguments>(arguments)...);
  detail::text_sink error;
  const auto whom = to.abi();
  const auto& type = detail::message_cell<message_type>;
  pb_ref timer = 0;
  const auto status =
      detail::host().send_after(detail::host_table, &whom, detail::to_ms(delay), &type, &message, &timer, error.get());
  if (status != PB_OK)
    detail::check(status, detail::describe_call<message_type>("send_after of ", to.text()), error.take());
  return static_cast<timer_ref>(timer);
}

/// erlang:cancel_timer: what was left of it; nothing where it has fired or never was.
inline std::optional<std::chrono::milliseconds> cancel_timer(timer_ref timer) {
  std::uint64_t left = 0;
  if (detail::host().cancel_timer(detail::host_table, static_cast<pb_ref>(timer), &left) != PB_OK) return std::nullopt;
  return std::chrono::milliseconds(left);
}

}  // namespace patchbay
