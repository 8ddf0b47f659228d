#pragma once
// Which of cereal's forms of serialisation function a class has.
#include <cstdint>
#include <string_view>
#include <type_traits>

#include <cereal/cereal.hpp>

#include <patchbay/serial/type_name.hpp>

namespace patchbay {
class output_archive;
class input_archive;
}  // namespace patchbay

namespace patchbay::detail {

template <class T, class Archive>
inline constexpr bool has_versioned_output = cereal::traits::has_member_versioned_serialize<T, Archive>::value ||
                                             cereal::traits::has_non_member_versioned_serialize<T, Archive>::value ||
                                             cereal::traits::has_member_versioned_save<T, Archive>::value ||
                                             cereal::traits::has_non_member_versioned_save<T, Archive>::value;

/// A class whose serialisation function takes a version (CEREAL_CLASS_VERSION).
template <class T>
inline constexpr bool is_versioned = std::is_class_v<T> && has_versioned_output<T, output_archive>;

template <class T>
std::uint32_t class_version() {
  return cereal::detail::Version<T>::version;
}

/// False where neither the author nor cereal says how an object is written or read. (Where several functions do, cereal says so.)
template <class T, class Archive>
inline constexpr bool has_output =
    std::is_empty_v<T> || cereal::traits::detail::count_output_serializers<T, Archive>::value != 0;
template <class T, class Archive>
inline constexpr bool has_input =
    std::is_empty_v<T> || cereal::traits::detail::count_input_serializers<T, Archive>::value != 0;

template <class Archive, class T>
void save_versioned(Archive& archive, const T& object, std::uint32_t version) {
  auto& writable =
      const_cast<T&>(object);  // cereal's serialize is not const; it does not write into an object that it saves
  if constexpr (cereal::traits::has_member_versioned_serialize<T, Archive>::value) {
    cereal::access::member_serialize(archive, writable, version);
  } else if constexpr (cereal::traits::has_non_member_versioned_serialize<T, Archive>::value) {
    serialize(archive, writable, version);
  } else if constexpr (cereal::traits::has_member_versioned_save<T, Archive>::value) {
    cereal::access::member_save(archive, object, version);
  } else {
    save(archive, object, version);
  }
}

template <class Archive, class T>
void load_versioned(Archive& archive, T& object, std::uint32_t version) {
  if constexpr (cereal::traits::has_member_versioned_serialize<T, Archive>::value) {
    cereal::access::member_serialize(archive, object, version);
  } else if constexpr (cereal::traits::has_non_member_versioned_serialize<T, Archive>::value) {
    serialize(archive, object, version);
  } else if constexpr (cereal::traits::has_member_versioned_load<T, Archive>::value) {
    cereal::access::member_load(archive, object, version);
  } else {
    load(archive, object, version);
  }
}

/// A struct of the author's own, whose fields a recorder can take down: not of the standard library, not saved as one value.
template <class T>
inline constexpr bool describable =
    std::is_class_v<T> && !std::is_polymorphic_v<T> && !full_type_name<T>().starts_with("std::") &&
    (std::is_empty_v<T> || is_versioned<T> || cereal::traits::has_member_serialize<T, output_archive>::value ||
     cereal::traits::has_non_member_serialize<T, output_archive>::value ||
     cereal::traits::has_member_save<T, output_archive>::value ||
     cereal::traits::has_non_member_save<T, output_archive>::value);

}  // namespace patchbay::detail
