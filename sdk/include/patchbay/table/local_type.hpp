#pragma once
// The pb_type of a message that holds code of its generation (message.hpp: local_message).
#include <new>
#include <string>
#include <type_traits>
#include <utility>

#include <patchbay/abi.h>
#include <patchbay/serial/fingerprint.hpp>
#include <patchbay/table/guard.hpp>
#include <patchbay/table/texts.hpp>
#include <patchbay/table/type.hpp>

namespace patchbay::detail {

struct local_functions {
  static pb_status encode(const void*, const pb_sink*, const pb_sink* error) noexcept {
    write_text(error, "a function of a plugin has no bytes");
    return PB_E_UNSUPPORTED;
  }
  static pb_status decode(pb_bytes, void*, const pb_sink* error) noexcept { return encode(nullptr, nullptr, error); }
};

/// Fills in a local type. Throws std::bad_alloc.
template <class T>
void build_local_type(pb_type& type, std::string name) {
  static_assert(std::is_nothrow_move_constructible_v<T> && alignof(T) <= 4096);
  type.struct_size = sizeof(pb_type);
  type.flags = PB_TYPE_LOCAL | PB_TYPE_MOVE_ONLY;
  type.version = 0;
  type.size = sizeof(T);
  type.align = alignof(T);
  type.schema = texts.keep(R"({"opaque":"function"})");
  type.schema_fp = fingerprint(to_view(type.schema));
  type.layout = {};
  type.layout_fp = 0;
  type.encode = &local_functions::encode;
  type.decode = &local_functions::decode;
  type.copy = nullptr;
  type.move = &type_functions<T>::move;
  type.destroy = &type_functions<T>::destroy;
  type.name = texts.keep(std::move(name));
}

}  // namespace patchbay::detail
