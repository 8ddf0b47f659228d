#pragma once
// One message as several receivers see it.
#include <string>

#include "message/envelope.hpp"
#include "message/type_registry.hpp"

namespace patchbay::behaviour {

/// A payload as an object of some type, while this lives. The payload keeps its object: others look at it too. get() is nullptr where it has no form in
/// that type, or no memory was left; `error` then says why where there is anything to say.
class shared_message {
 public:
  shared_message(message::payload& content, const pb_type& type, std::string& error) : type_(type) {
    if (content.object() != nullptr && message::same_layout(*content.type(), type)) {
      object_ = content.object();
      return;
    }
    if (content.schema_fp() != type.schema_fp) return;
    const pb_sink sink = message::string_sink(error);
    std::string bytes;
    if (content.encode(bytes, &sink) != PB_OK) return;
    storage_ = message::allocate_storage(type);
    if (storage_ != nullptr && type.decode({bytes.data(), bytes.size()}, storage_, &sink) == PB_OK) object_ = storage_;
  }
  shared_message(const shared_message&) = delete;
  shared_message& operator=(const shared_message&) = delete;
  ~shared_message() {
    if (storage_ == nullptr) return;
    if (object_ != nullptr) type_.destroy(storage_);
    message::release_storage(type_, storage_);
  }
  [[nodiscard]] void* get() const noexcept { return object_; }

 private:
  const pb_type& type_;
  void* storage_ = nullptr;
  void* object_ = nullptr;
};

}  // namespace patchbay::behaviour
