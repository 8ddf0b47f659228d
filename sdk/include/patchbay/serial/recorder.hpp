#pragma once
// An archive that writes down what a struct's `serialize` passes to it: names, types, order and where each member lies.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include <cereal/cereal.hpp>

#include <patchbay/serial/json_text.hpp>
#include <patchbay/serial/type_name.hpp>
#include <patchbay/serial/versioned.hpp>

namespace patchbay::detail {

class describer;

/// What a traversal makes of one type.
struct shape {
  std::string schema;
  std::string layout;      ///< empty: not transparent
  bool plain_key = false;  ///< ordered, compared and hashed by the standard library alone

  /// Appends the layout of a part; without one the whole has none.
  void join(const shape& part) {
    plain_key = plain_key && part.plain_key;
    if (part.layout.empty()) layout.clear();
    if (!layout.empty()) layout += part.layout;
  }
};

class recorder : public cereal::OutputArchive<recorder, cereal::AllowEmptyClassElision> {
  using base = cereal::OutputArchive<recorder, cereal::AllowEmptyClassElision>;

 public:
  recorder(describer& describer, const void* object, std::size_t size)
      : base(this), describer_(describer), object_(static_cast<const std::byte*>(object)), object_size_(size) {}

  /// What `serialize` calls.
  template <class... Fields>
  recorder& operator()(Fields&&... fields) {
    (field(fields), ...);
    return *this;
  }
  template <class T>
  recorder& operator&(T&& value) {
    return (*this)(value);
  }
  template <class T>
  recorder& operator<<(T&& value) {
    return (*this)(value);
  }

  /// Runs the serialisation function of a struct, whichever of cereal's forms it has.
  template <class T>
  void run(const T& object) {
    if constexpr (is_versioned<T>) {
      save_versioned(*this, object, class_version<T>());
    } else {
      base::operator()(object);
    }
  }

  [[nodiscard]] std::size_t size() const { return members_.size(); }
  /// The struct's shape; its layout is empty where members do not lie in it side by side.
  shape finish(std::size_t alignment);

 private:
  struct member {
    std::string name;
    shape form;
    std::size_t offset;
    std::size_t size;
    std::size_t alignment;
  };

  template <class T>
  void field(const T& value) {
    add("value" + std::to_string(members_.size()), value);
  }
  template <class T>
  void field(const cereal::NameValuePair<T>& pair) {
    add(pair.name, pair.value);
  }
  template <class T>
  void field(const cereal::base_class<T>& parent) {
    add(std::string(short_type_name<T>()), *parent.base_ptr);
  }
  template <class T>
  void field(const cereal::virtual_base_class<T>& parent) {
    add(std::string(short_type_name<T>()), *parent.base_ptr);
  }
  template <class T>
  void add(const std::string& name, const T& value);
  void add_shape(const std::string& name, shape form, const void* address, std::size_t size, std::size_t alignment);
  [[nodiscard]] bool side_by_side(std::size_t alignment) const;

  describer& describer_;
  const std::byte* object_;
  std::size_t object_size_;
  std::vector<member> members_;
  bool outside_ = false;  // something was passed that is no member
};

inline void recorder::add_shape(const std::string& name, shape form, const void* address, std::size_t size,
                                std::size_t alignment) {
  for (const auto& other : members_) {
    if (other.name == name) throw std::logic_error("field \"" + name + "\" is serialised twice");
  }
  const auto at = reinterpret_cast<std::uintptr_t>(address);
  const auto start = reinterpret_cast<std::uintptr_t>(object_);
  if (at < start || at - start > object_size_ || size > object_size_ - (at - start)) outside_ = true;
  members_.push_back({name, std::move(form), outside_ ? 0 : at - start, size, alignment});
}

// Bytes between members must be what alignment explains: a member that is not serialised would hide there.
inline bool recorder::side_by_side(std::size_t alignment) const {
  if (outside_) return false;
  if (members_.empty()) return object_size_ == 1;
  auto sorted = members_;
  std::sort(sorted.begin(), sorted.end(), [](const member& a, const member& b) { return a.offset < b.offset; });
  std::size_t end = 0;
  for (const auto& one : sorted) {
    if (one.offset < end || one.offset - end >= one.alignment) return false;
    end = one.offset + one.size;
  }
  return object_size_ - end < alignment;
}

inline shape recorder::finish(std::size_t alignment) {
  shape whole{"{\"struct\":[", "", false};
  bool transparent = side_by_side(alignment);
  std::string layout = '{' + std::to_string(object_size_) + ',' + std::to_string(alignment);
  for (const auto& one : members_) {
    if (&one != members_.data()) whole.schema += ',';
    whole.schema += '[';
    append_json_string(whole.schema, one.name);
    whole.schema += ',' + one.form.schema + ']';
    // The name is part of it: two fields of one type that change places keep the memory but not the meaning.
    layout += ';' + one.name + '@' + std::to_string(one.offset) + ':' + one.form.layout;
    transparent = transparent && !one.form.layout.empty();
  }
  whole.schema += "]}";
  if (transparent) whole.layout = layout + '}';
  return whole;
}

}  // namespace patchbay::detail
