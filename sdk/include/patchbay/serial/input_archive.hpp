#pragma once
// Reads cereal's portable binary form from memory and trusts nothing in it.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>

#include <cereal/cereal.hpp>

#include <patchbay/abi.h>
#include <patchbay/serial/output_archive.hpp>
#include <patchbay/serial/std_types.hpp>
#include <patchbay/serial/versioned.hpp>

namespace patchbay {

/// Bytes that are not what they say they are; the text names the byte.
class decode_error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The twin of output_archive. Every length is checked against the bytes that are left before memory is taken for it.
/// Errors: decode_error, std::bad_alloc, what `serialize` throws.
class input_archive : public cereal::InputArchive<input_archive, cereal::AllowEmptyClassElision> {
  using base = cereal::InputArchive<input_archive, cereal::AllowEmptyClassElision>;

 public:
  explicit input_archive(pb_bytes bytes)
      : base(this), begin_(static_cast<const unsigned char*>(bytes.data)), left_(bytes.size), size_(bytes.size) {}

  template <class... T>
  input_archive& operator()(T&&... values) {
    (get(values), ...);
    return *this;
  }
  template <class T>
  input_archive& operator&(T&& value) {
    return (*this)(value);
  }
  template <class T>
  input_archive& operator>>(T&& value) {
    return (*this)(value);
  }

  void read(void* data, std::size_t size) {
    if (size > left_) fail(std::to_string(size) + " bytes are needed");
    if (size != 0) std::memcpy(data, begin_ + (size_ - left_), size);
    left_ -= size;
  }
  /// To be called after the last object. Throws decode_error where bytes are left over.
  void finish() const {
    if (left_ != 0) fail("nothing more was expected");
  }
  [[nodiscard]] std::size_t left() const noexcept { return left_; }
  [[noreturn]] void fail(std::string_view what) const {
    throw decode_error("at byte " + std::to_string(size_ - left_) + " of " + std::to_string(size_) + ": " +
                       std::string(what) + ", " + std::to_string(left_) + " left");
  }

 private:
  /// Elements that take no bytes, such as empty structs, may be at most so many.
  static constexpr std::uint64_t max_weightless = 65536;

  template <class T>
  void get(cereal::NameValuePair<T>& pair) {
    get(pair.value);
  }
  template <class T>
  void get(cereal::SizeTag<T>& tag) {
    // Whoever asks for a size tag (a serialize of the author's own, a cereal header) is about to resize by it.
    tag.size = static_cast<std::remove_reference_t<decltype(tag.size)>>(get_count(1));
  }
  template <class T>
  void get(cereal::BinaryData<T>& data) {
    if (data.size > left_) fail(std::to_string(data.size) + " bytes of binary data are announced");
    read(data.data, static_cast<std::size_t>(data.size));
  }
  template <class K, class V>
  void get(cereal::MapItem<K, V>& item) {
    get(item.key);
    get(item.value);
  }
  template <class T>
  void get(T& value);
  template <class T>
  void get_std(T& value);
  template <class T>
  void get_list(T& value);
  template <class T>
  void get_keyed(T& value);
  template <class T, std::size_t I = 0>
  void get_alternative(T& value, std::size_t index);

  bool get_flag() {
    const auto at = left_;
    std::uint8_t byte = 0;
    read(&byte, 1);
    if (byte > 1) {
      left_ = at;
      fail("a flag must be 0 or 1, not " + std::to_string(byte));
    }
    return byte == 1;
  }
  /// A count of elements of at least so many bytes each.
  std::uint64_t get_count(std::uint64_t least_size) {
    std::uint64_t count = 0;
    read(&count, sizeof count);
    if (least_size != 0 && count > left_ / least_size) fail(std::to_string(count) + " elements are announced");
    return count;
  }
  /// Calls `one` for each of an announced number of elements whose size only shows as they are read.
  template <class One>
  void each(std::uint64_t count, One one) {
    std::uint64_t weightless = 0;
    for (std::uint64_t i = 0; i < count; ++i) {
      const auto before = left_;
      one();
      if (left_ == before && ++weightless > max_weightless) fail(std::to_string(count) + " elements without bytes");
    }
  }

  class level {
   public:
    explicit level(input_archive& archive) : archive_(archive) {
      if (archive_.depth_ == max_depth) {
        archive_.fail("objects lie in each other deeper than " + std::to_string(max_depth) + " levels");
      }
      ++archive_.depth_;
    }
    ~level() { --archive_.depth_; }
    level(const level&) = delete;
    level& operator=(const level&) = delete;

   private:
    input_archive& archive_;
  };

  const unsigned char* begin_;
  std::size_t left_;
  std::size_t size_;
  unsigned depth_ = 0;
};

namespace detail {

/// The fewest bytes that a value can take; 0 where only reading it shows.
template <class T>
consteval std::uint64_t least_size() {
  if constexpr (scalar<T>) {
    return sizeof(T);
  } else if constexpr (is_std_string<T>::value || kind_of<T> == std_kind::list || kind_of<T> == std_kind::set ||
                       kind_of<T> == std_kind::map) {
    return 8;
  } else if constexpr (kind_of<T> == std_kind::optional || kind_of<T> == std_kind::pointer ||
                       kind_of<T> == std_kind::shared) {
    return 1;
  } else if constexpr (kind_of<T> == std_kind::variant) {
    return 4;
  } else {
    return 0;
  }
}

}  // namespace detail

template <class T>
void input_archive::get(T& value) {
  if constexpr (std::is_const_v<T>) {
    get(const_cast<std::remove_const_t<T>&>(value));  // temporaries such as name-value pairs; cereal's own do so too
  } else if constexpr (std::is_same_v<T, bool>) {
    value = get_flag();
  } else if constexpr (std::is_enum_v<T>) {
    std::underlying_type_t<T> number{};
    get(number);
    value = static_cast<T>(number);
  } else if constexpr (std::is_arithmetic_v<T>) {
    read(&value, sizeof value);
  } else if constexpr (detail::is_std_string<T>::value) {
    value.resize(static_cast<std::size_t>(get_count(1)));
    read(value.data(), value.size());
  } else if constexpr (std::is_same_v<T, std::monostate>) {
  } else {
    const level enter(*this);
    if constexpr (detail::kind_of<T> != detail::std_kind::none) {
      get_std(value);
    } else if constexpr (std::is_array_v<T>) {
      for (auto& element : value) get(element);
    } else if constexpr (detail::is_versioned<T>) {
      std::uint32_t version = 0;
      get(version);
      detail::load_versioned(*this, value, version);
    } else {
      static_assert(
          detail::has_input<T, input_archive>,
          "Patchbay: a state, a message, a reply and what they hold need `void serialize(auto& ar) { "
          "ar(PATCHBAY_FIELD(a), PATCHBAY_FIELD(b)); }` that names every member, or, for a type of a library, "
          "cereal's header for it");
      if constexpr (detail::has_input<T, input_archive>) base::operator()(value);
    }
  }
}

template <class T>
void input_archive::get_list(T& value) {
  using element = typename T::value_type;
  const auto count = get_count(detail::least_size<element>());
  if constexpr (detail::contiguous_bulk<T>) {
    value.resize(static_cast<std::size_t>(count));
    read(value.data(), value.size() * sizeof(element));
  } else if constexpr (requires { value.emplace_back(); }) {
    value.clear();
    if constexpr (detail::least_size<element>() != 0 && requires { value.reserve(1); }) {
      value.reserve(static_cast<std::size_t>(count));
    }
    each(count, [&] {
      if constexpr (std::is_same_v<element, bool>) {
        value.push_back(get_flag());
      } else {
        get(value.emplace_back());
      }
    });
  } else {
    value.clear();
    auto last = value.before_begin();
    each(count, [&] {
      last = value.emplace_after(last);
      get(*last);
    });
  }
}

template <class T>
void input_archive::get_keyed(T& value) {
  constexpr bool is_map = detail::kind_of<T> == detail::std_kind::map;
  value.clear();
  const auto count = get_count(detail::least_size<typename T::key_type>());
  each(count, [&] {
    const auto size = value.size();
    typename T::key_type key{};
    get(key);
    if constexpr (is_map) {
      typename T::mapped_type mapped{};
      get(mapped);
      value.emplace_hint(value.end(), std::move(key), std::move(mapped));
    } else {
      value.emplace_hint(value.end(), std::move(key));
    }
    if (value.size() == size) fail("a key is there twice");
  });
}

template <class T, std::size_t I>
void input_archive::get_alternative(T& value, std::size_t index) {
  if constexpr (I < std::variant_size_v<T>) {
    if (I == index) {
      get(value.template emplace<I>());
    } else {
      get_alternative<T, I + 1>(value, index);
    }
  }
}

template <class T>
void input_archive::get_std(T& value) {
  using detail::std_kind;
  constexpr auto kind = detail::kind_of<T>;
  if constexpr (kind == std_kind::list) {
    get_list(value);
  } else if constexpr (kind == std_kind::set || kind == std_kind::map) {
    get_keyed(value);
  } else if constexpr (kind == std_kind::array) {
    if constexpr (detail::contiguous_bulk<T>) {
      read(value.data(), sizeof(typename T::value_type) * value.size());
    } else {
      for (auto& element : value) get(element);
    }
  } else if constexpr (kind == std_kind::optional) {
    if (get_flag()) {
      value.reset();
    } else {
      get(value.emplace());
    }
  } else if constexpr (kind == std_kind::pointer || kind == std_kind::shared) {
    using element = std::remove_const_t<typename T::element_type>;
    if constexpr (detail::foreign_pointee<typename T::element_type>) {
      base::operator()(value);
    } else if (get_flag()) {
      auto fresh = std::make_unique<element>();
      get(*fresh);
      value = T(fresh.release());
    } else {
      value.reset();
    }
  } else if constexpr (kind == std_kind::variant) {
    std::int32_t index = 0;
    get(index);
    if (index < 0 || static_cast<std::size_t>(index) >= std::variant_size_v<T>) {
      fail("a variant has no alternative " + std::to_string(index));
    }
    get_alternative(value, static_cast<std::size_t>(index));
  } else if constexpr (kind == std_kind::tuple) {
    std::apply([&](auto&... elements) { (this->get(elements), ...); }, value);
  } else if constexpr (kind == std_kind::duration) {
    typename T::rep count{};
    get(count);
    value = T(count);
  } else {
    typename T::duration since{};
    get(since);
    value = T(since);
  }
}

// For cereal's own headers, which ask whether an archive takes these before they use it.
template <class T>
  requires std::is_arithmetic_v<T>
void CEREAL_LOAD_FUNCTION_NAME(input_archive& archive, T& value) {
  archive(value);
}
template <class T>
void CEREAL_LOAD_FUNCTION_NAME(input_archive& archive, cereal::BinaryData<T>& data) {
  archive(data);
}

}  // namespace patchbay

CEREAL_SETUP_ARCHIVE_TRAITS(patchbay::input_archive, patchbay::output_archive)
