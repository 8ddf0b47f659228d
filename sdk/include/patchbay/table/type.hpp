#pragma once
// The pb_type of a C++ type.
#include <memory>
#include <new>
#include <string>
#include <type_traits>
#include <utility>

#include <patchbay/abi.h>
#include <patchbay/serial/aggregate.hpp>
#include <patchbay/serial/fingerprint.hpp>
#include <patchbay/serial/input_archive.hpp>
#include <patchbay/serial/output_archive.hpp>
#include <patchbay/serial/shape.hpp>
#include <patchbay/table/guard.hpp>
#include <patchbay/table/texts.hpp>

namespace patchbay::detail {

template <class T>
struct type_functions {
  static pb_status encode(const void* object, const pb_sink* out, const pb_sink* error) noexcept {
    return guarded(error, PB_E_UNSUPPORTED, [&] {
      output_archive archive(*out);
      archive(*static_cast<const T*>(object));
      archive.flush();
      return PB_OK;
    });
  }
  static pb_status decode(pb_bytes in, void* storage, const pb_sink* error) noexcept {
    return guarded(error, PB_E_DECODE, [&] {
      T* object = ::new (storage) T();
      try {
        input_archive archive(in);
        archive(*object);
        archive.finish();
      } catch (...) {
        std::destroy_at(object);
        throw;
      }
      return PB_OK;
    });
  }
  static pb_status copy(const void* object, void* storage, const pb_sink* error) noexcept {
    return guarded(error, PB_E_UNSUPPORTED, [&] {
      if constexpr (can_copy<T>()) ::new (storage) T(*static_cast<const T*>(object));
      return PB_OK;
    });
  }
  static void move(void* object, void* storage) noexcept { ::new (storage) T(std::move(*static_cast<T*>(object))); }
  static void destroy(void* object) noexcept { std::destroy_at(static_cast<T*>(object)); }
};

/// Fills in a type. Throws std::logic_error where its struct is not serialisable as it should be, std::bad_alloc.
template <class T>
void build_type(pb_type& type, std::string name, std::uint32_t version) {
  static_assert(std::is_default_constructible_v<T>,
                "Patchbay: a state, a message and a reply must be default constructible");
  static_assert(std::is_move_constructible_v<T>, "Patchbay: a state, a message and a reply must be movable");
  static_assert(alignof(T) <= 4096);
  auto shape = shape_of<T>();
  type.struct_size = sizeof(pb_type);
  type.flags = 0;
  if (!shape.layout.empty()) type.flags |= PB_TYPE_TRANSPARENT;
  if (!can_copy<T>()) type.flags |= PB_TYPE_MOVE_ONLY;
  type.version = version;
  type.size = sizeof(T);
  type.align = alignof(T);
  type.schema_fp = fingerprint(shape.schema);
  type.layout_fp = shape.layout.empty() ? 0 : fingerprint(shape.layout);
  type.schema = texts.keep(std::move(shape.schema));
  type.layout = texts.keep(std::move(shape.layout));
  type.encode = &type_functions<T>::encode;
  type.decode = &type_functions<T>::decode;
  type.copy = can_copy<T>() ? &type_functions<T>::copy : nullptr;
  type.move = &type_functions<T>::move;
  type.destroy = &type_functions<T>::destroy;
  type.name = texts.keep(std::move(name));
}

}  // namespace patchbay::detail
