#pragma once
// What handle_info may take besides messages.
#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include <patchbay/abi.h>
#include <patchbay/message.hpp>
#include <patchbay/pid.hpp>
#include <patchbay/reason.hpp>
#include <patchbay/serial/field.hpp>

namespace patchbay {

/// A monitor, from monitor().
enum class monitor_ref : pb_ref { none = 0 };
/// A timer, from send_after().
enum class timer_ref : pb_ref { none = 0 };

/// {'EXIT', Pid, Reason}, while exits are trapped.
struct exit_signal {
  patchbay::pid process = patchbay::pid::nobody;
  exit_reason reason;
};

/// {'DOWN', Ref, process, Pid, Reason}.
struct down {
  monitor_ref monitor = monitor_ref::none;
  patchbay::pid process = patchbay::pid::nobody;
  exit_reason reason;
};

/// The idle timeout that an answer asked for.
struct timeout {};

/// A request on its way, from send_request(). May be kept in the state.
template <class Message>
struct request {
  std::uint64_t ref = 0;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(ref)); }
  bool operator==(const request&) const = default;
};

/// A reply, or why there is none.
template <class Message>
class reply_outcome {
 public:
  using value_type = std::conditional_t<std::is_void_v<reply_of<Message>>, std::monostate, reply_of<Message>>;

  explicit reply_outcome(value_type value) : value_(std::move(value)) {}
  reply_outcome(pb_status status, std::string reason) : status_(status), reason_(std::move(reason)) {}

  [[nodiscard]] bool ok() const noexcept { return value_.has_value(); }
  explicit operator bool() const noexcept { return ok(); }
  [[nodiscard]] pb_status status() const noexcept { return status_; }
  /// The host's text on a failure: the callee's exit reason, for instance.
  [[nodiscard]] const std::string& reason() const noexcept { return reason_; }
  /// REQUIRES: ok().
  [[nodiscard]] value_type& operator*() noexcept { return *value_; }
  [[nodiscard]] const value_type& operator*() const noexcept { return *value_; }
  [[nodiscard]] value_type* operator->() noexcept { return &*value_; }
  [[nodiscard]] const value_type* operator->() const noexcept { return &*value_; }

 private:
  std::optional<value_type> value_;
  pb_status status_ = PB_OK;
  std::string reason_;
};

/// The response to a request that nobody waited for.
template <class Message>
struct response {
  patchbay::request<Message> request;
  reply_outcome<Message> outcome;
};

}  // namespace patchbay
