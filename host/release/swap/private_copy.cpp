#include "release/swap/private_copy.hpp"

#include "message/envelope.hpp"
#include "message/type_registry.hpp"

namespace patchbay::release {

owned::owned(const pb_type& type) : type_(type), storage_(message::allocate_storage(type)) {}

owned::~owned() {
  if (full_) type_.destroy(storage_);
  if (storage_ != nullptr) message::release_storage(type_, storage_);
}

std::string step_failed(const char* what, pb_status status, const std::string& text) {
  if (status == PB_E_NOMEM) return std::string(what) + ": no memory";
  return std::string(what) + (text.empty() ? " failed with status " + std::to_string(status) : ": " + text);
}

std::string private_copy::read(const void* object) {
  const pb_type& to = made_.type();
  if (made_.storage() == nullptr) return "no memory for the state";
  std::string text;
  const pb_sink error = message::string_sink(text);
  if (message::same_layout(from_, to) && from_.copy != nullptr) {
    const pb_status status = from_.copy(object, made_.storage(), &error);
    if (status != PB_OK) return step_failed("copying the state", status, text);
    made_.fill();
    copied_ = true;
    return {};
  }
  if (from_.schema_fp != to.schema_fp) return "the state's schema is not what code_change was written for";
  const pb_sink out = message::string_sink(bytes_);
  const pb_status status = from_.encode(object, &out, &error);
  return status == PB_OK ? std::string() : step_failed("encoding the state", status, text);
}

std::string private_copy::encode(const void* object, std::string& into) const {
  if (!copied_) {
    into = bytes_;
    return {};
  }
  std::string text;
  const pb_sink error = message::string_sink(text);
  const pb_sink out = message::string_sink(into);
  const pb_status status = from_.encode(object, &out, &error);
  return status == PB_OK ? std::string() : step_failed("encoding the state", status, text);
}

std::string private_copy::finish() {
  if (copied_) return {};
  std::string text;
  const pb_sink error = message::string_sink(text);
  const pb_status status = made_.type().decode({bytes_.data(), bytes_.size()}, made_.storage(), &error);
  if (status != PB_OK) return step_failed("decoding the state", status, text);
  made_.fill();
  return {};
}

}  // namespace patchbay::release
