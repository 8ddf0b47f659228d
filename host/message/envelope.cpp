#include "message/envelope.hpp"

#include <new>
#include <utility>

#include "message/type_registry.hpp"

namespace patchbay::message {

void* allocate_storage(const pb_type& type) noexcept {
  const std::size_t size = type.size == 0 ? 1 : type.size;
  if (type.align <= __STDCPP_DEFAULT_NEW_ALIGNMENT__) return ::operator new(size, std::nothrow);
  return ::operator new(size, std::align_val_t{type.align}, std::nothrow);
}

void release_storage(const pb_type& type, void* storage) noexcept {
  if (type.align <= __STDCPP_DEFAULT_NEW_ALIGNMENT__) {
    ::operator delete(storage);
  } else {
    ::operator delete(storage, std::align_val_t{type.align});
  }
}

pb_sink string_sink(std::string& out) noexcept {
  return {&out, [](void* context, const void* data, std::size_t size) {
            static_cast<std::string*>(context)->append(static_cast<const char*>(data), size);
          }};
}

void payload::take(payload& other) noexcept {
  form_ = std::exchange(other.form_, form::none);
  type_id_ = other.type_id_;
  type_ = other.type_;
  storage_ = std::exchange(other.storage_, nullptr);
  maker_ = std::exchange(other.maker_, nullptr);
  schema_fp_ = other.schema_fp_;
  bytes_ = std::move(other.bytes_);
}

void* payload::allocate(const pb_type& type) noexcept {
  reset();
  storage_ = allocate_storage(type);
  if (storage_ == nullptr) return nullptr;
  form_ = form::raw;
  type_ = &type;
  return storage_;
}

void payload::adopt(const pb_type& type, code_use* maker) noexcept {
  form_ = form::object;
  type_ = &type;
  type_id_ = type.host_id;
  schema_fp_ = type.schema_fp;
  maker_ = maker;
  if (maker != nullptr) maker->need();
}

bool payload::set_object(const pb_type& type, void* object, code_use* maker) noexcept {
  if (allocate(type) == nullptr) return false;
  type.move(object, storage_);
  adopt(type, maker);
  return true;
}

void payload::set_bytes(std::string bytes, std::uint64_t schema_fp, std::uint32_t type_id) {
  reset();
  form_ = form::bytes;
  bytes_ = std::move(bytes);
  schema_fp_ = schema_fp;
  type_id_ = type_id;
}

void payload::reset() noexcept {
  const form was = std::exchange(form_, form::none);
  if (was == form::object) type_->destroy(storage_);
  if (was == form::object || was == form::raw) release_storage(*type_, storage_);
  if (was == form::object && maker_ != nullptr) maker_->release();
  storage_ = nullptr;
  maker_ = nullptr;
  bytes_.clear();
}

pb_status payload::convert(const pb_type& type, void* to, const pb_sink* error) {
  if (form_ == form::object && same_layout(*type_, type)) {
    type.move(storage_, to);
    return PB_OK;
  }
  if (schema_fp_ != type.schema_fp || (type.flags & PB_TYPE_LOCAL) != 0) return PB_E_UNDEF_MESSAGE;
  if (form_ == form::bytes) return type.decode({bytes_.data(), bytes_.size()}, to, error);
  std::string encoded;
  if (const pb_status status = encode(encoded, error); status != PB_OK) return status;
  return type.decode({encoded.data(), encoded.size()}, to, error);
}

pb_status payload::encode(std::string& out, const pb_sink* error) const {
  if (form_ == form::bytes) {
    out = bytes_;
    return PB_OK;
  }
  out.clear();
  const pb_sink sink = string_sink(out);
  return type_->encode(storage_, &sink, error);
}

}  // namespace patchbay::message
