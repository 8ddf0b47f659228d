#pragma once
// A late response, as a handler is given it.
#include <optional>
#include <string>

#include <patchbay/abi.h>

#include "behaviour/opened.hpp"
#include "behaviour/shared_message.hpp"
#include "process/behaviour.hpp"

namespace patchbay::behaviour {

/// The reply in the receiver's own form; where it has none, an error in its place. `Form` is opened (one receiver, which may move from it) or shared_message
/// (several see it). REQUIRES: the response outlives it.
template <class Form>
class response_as {
 public:
  response_as(process::late_response& answer, const pb_type& reply_type)
      : raw_{answer.request, answer.status, nullptr, message::str(answer.text)} {
    if (answer.status != PB_OK) return;
    reply_.emplace(answer.content, reply_type, error_);
    if constexpr (requires { reply_->object(); }) {
      raw_.reply = reply_->object();
    } else {
      raw_.reply = reply_->get();
    }
    if (raw_.reply != nullptr) return;
    if (error_.empty()) error_ = "undef_message: the reply has another form in this version";
    raw_.status = PB_E_UNDEF_MESSAGE;
    raw_.error = message::str(error_);
  }
  response_as(const response_as&) = delete;
  response_as& operator=(const response_as&) = delete;
  [[nodiscard]] pb_response* get() noexcept { return &raw_; }

 private:
  std::optional<Form> reply_;
  std::string error_;
  pb_response raw_;
};

using opened_response = response_as<opened>;
using shared_response = response_as<shared_message>;

}  // namespace patchbay::behaviour
