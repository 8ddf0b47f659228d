#pragma once
// What a payload holds, as an object that a handler can be given.
#include <string>

#include <patchbay/abi.h>

#include "message/envelope.hpp"
#include "message/type_registry.hpp"

namespace patchbay::behaviour {

/// An object of a type made from a payload, in storage of its own where it cannot be used in place. REQUIRES: the payload outlives it.
class opened {
 public:
  opened(message::payload& content, const pb_type& type, std::string& error) : type_(type) {
    if (content.object() != nullptr && message::same_layout(*content.type(), type)) {
      object_ = content.object();
      return;
    }
    storage_ = message::allocate_storage(type);
    const pb_sink sink = message::string_sink(error);
    status_ = storage_ == nullptr ? PB_E_NOMEM : content.convert(type, storage_, &sink);
    if (status_ == PB_OK) object_ = storage_;
  }
  opened(const opened&) = delete;
  opened& operator=(const opened&) = delete;
  ~opened() {
    if (storage_ == nullptr) return;
    if (object_ != nullptr) type_.destroy(storage_);
    message::release_storage(type_, storage_);
  }
  /// nullptr: it cannot be had in this form; status() tells why.
  [[nodiscard]] void* object() const noexcept { return object_; }
  [[nodiscard]] pb_status status() const noexcept { return status_; }

 private:
  const pb_type& type_;
  void* storage_ = nullptr;
  void* object_ = nullptr;
  pb_status status_ = PB_OK;
};

}  // namespace patchbay::behaviour
