#pragma once
// Writes cereal's portable binary form, without a header, to a sink.
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <string>
#include <variant>

#include <cereal/cereal.hpp>

#include <patchbay/abi.h>
#include <patchbay/serial/std_types.hpp>
#include <patchbay/serial/versioned.hpp>

namespace patchbay {

static_assert(std::endian::native == std::endian::little,
              "Patchbay: encoded objects are the memory of a little-endian machine");

/// Structs, containers and pointers may lie in each other this deep; a handler may have as little as 64 KiB of stack.
inline constexpr unsigned max_depth = 100;

/// Bytes as sdk/abi/schema.md has them. Standard types are written without cereal's headers for them; all else goes through
/// cereal's own dispatch, so that every form of serialisation function works.
/// Errors: what `serialize` throws; std::length_error where objects lie in each other deeper than max_depth.
class output_archive : public cereal::OutputArchive<output_archive, cereal::AllowEmptyClassElision> {
  using base = cereal::OutputArchive<output_archive, cereal::AllowEmptyClassElision>;

 public:
  explicit output_archive(const pb_sink& sink) : base(this), sink_(sink) {}

  template <class... T>
  output_archive& operator()(T&&... values) {
    (put(values), ...);
    return *this;
  }
  template <class T>
  output_archive& operator&(T&& value) {
    return (*this)(value);
  }
  template <class T>
  output_archive& operator<<(T&& value) {
    return (*this)(value);
  }

  void write(const void* data, std::size_t size) {
    if (size > sizeof(buffer_) - used_) {
      flush();
      if (size > sizeof(buffer_)) {
        sink_.write(sink_.context, data, size);
        return;
      }
    }
    if (size != 0) std::memcpy(buffer_ + used_, data, size);
    used_ += size;
  }
  /// To be called after the last object.
  void flush() {
    if (used_ != 0) sink_.write(sink_.context, buffer_, used_);
    used_ = 0;
  }

 private:
  template <class T>
  void put(const cereal::NameValuePair<T>& pair) {
    put(pair.value);
  }
  template <class T>
  void put(const cereal::SizeTag<T>& tag) {
    put_size(static_cast<std::uint64_t>(tag.size));
  }
  template <class T>
  void put(const cereal::BinaryData<T>& data) {
    write(data.data, static_cast<std::size_t>(data.size));
  }
  template <class K, class V>
  void put(const cereal::MapItem<K, V>& item) {
    put(item.key);
    put(item.value);
  }
  template <class T>
  void put(const T& value);
  template <class T>
  void put_std(const T& value);
  template <class T>
  void put_elements(const T& range);
  void put_size(std::uint64_t size) { write(&size, sizeof size); }

  class level {
   public:
    explicit level(unsigned& depth) : depth_(depth) {
      if (depth_ == max_depth) {
        throw std::length_error("objects lie in each other deeper than " + std::to_string(max_depth) + " levels");
      }
      ++depth_;
    }
    ~level() { --depth_; }
    level(const level&) = delete;
    level& operator=(const level&) = delete;

   private:
    unsigned& depth_;
  };

  pb_sink sink_;
  std::size_t used_ = 0;
  unsigned depth_ = 0;
  unsigned char buffer_[512];
};

template <class T>
void output_archive::put(const T& value) {
  if constexpr (std::is_enum_v<T>) {
    put(static_cast<std::underlying_type_t<T>>(value));
  } else if constexpr (std::is_arithmetic_v<T>) {
    write(&value, sizeof value);
  } else if constexpr (detail::is_std_string<T>::value) {
    put_size(value.size());
    write(value.data(), value.size());
  } else if constexpr (std::is_same_v<T, std::monostate>) {
  } else {
    const level enter(depth_);
    if constexpr (detail::kind_of<T> != detail::std_kind::none) {
      put_std(value);
    } else if constexpr (std::is_array_v<T>) {
      for (const auto& element : value) put(element);
    } else if constexpr (detail::is_versioned<T>) {
      const auto version = detail::class_version<T>();
      put(version);
      detail::save_versioned(*this, value, version);
    } else {
      static_assert(
          detail::has_output<T, output_archive>,
          "Patchbay: a state, a message, a reply and what they hold need `void serialize(auto& ar) { "
          "ar(PATCHBAY_FIELD(a), PATCHBAY_FIELD(b)); }` that names every member, or, for a type of a library, "
          "cereal's header for it");
      if constexpr (detail::has_output<T, output_archive>) base::operator()(value);
    }
  }
}

template <class T>
void output_archive::put_elements(const T& range) {
  if constexpr (detail::contiguous_bulk<T>) {
    write(range.data(), range.size() * sizeof(typename T::value_type));
  } else {
    for (const auto& element : range) put(element);
  }
}
/// vector<bool> holds no bool to refer to.
template <>
inline void output_archive::put_elements(const std::vector<bool>& range) {
  for (const bool element : range) put(element);
}

template <class T>
void output_archive::put_std(const T& value) {
  using detail::std_kind;
  constexpr auto kind = detail::kind_of<T>;
  if constexpr (kind == std_kind::list || kind == std_kind::set) {
    put_size(static_cast<std::uint64_t>(std::distance(value.begin(), value.end())));
    put_elements(value);
  } else if constexpr (kind == std_kind::array) {
    put_elements(value);
  } else if constexpr (kind == std_kind::map) {
    put_size(value.size());
    for (const auto& [key, mapped] : value) {
      put(key);
      put(mapped);
    }
  } else if constexpr (kind == std_kind::optional) {
    put(!value.has_value());
    if (value) put(*value);
  } else if constexpr (kind == std_kind::pointer || kind == std_kind::shared) {
    if constexpr (detail::foreign_pointee<typename T::element_type>) {
      base::operator()(value);
    } else {
      put(static_cast<std::uint8_t>(value != nullptr));
      if (value) put(*value);
    }
  } else if constexpr (kind == std_kind::variant) {
    if (value.valueless_by_exception()) throw std::bad_variant_access();
    put(static_cast<std::int32_t>(value.index()));
    std::visit([this](const auto& alternative) { this->put(alternative); }, value);
  } else if constexpr (kind == std_kind::tuple) {
    std::apply([&](const auto&... elements) { (this->put(elements), ...); }, value);
  } else if constexpr (kind == std_kind::duration) {
    put(value.count());
  } else {
    put(value.time_since_epoch());
  }
}

// For cereal's own headers, which ask whether an archive takes these before they use it.
template <class T>
  requires std::is_arithmetic_v<T>
void CEREAL_SAVE_FUNCTION_NAME(output_archive& archive, const T& value) {
  archive(value);
}
template <class T>
void CEREAL_SAVE_FUNCTION_NAME(output_archive& archive, const cereal::BinaryData<T>& data) {
  archive(data);
}

}  // namespace patchbay
