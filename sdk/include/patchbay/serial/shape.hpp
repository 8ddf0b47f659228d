#pragma once
// Schema and layout of a type from one traversal: standard types by their type, structs by running their `serialize` on a
// default-constructed object with a recorder in place of an archive.
#include <string>
#include <typeinfo>
#include <vector>

#include <patchbay/serial/aggregate.hpp>
#include <patchbay/serial/json_text.hpp>
#include <patchbay/serial/recorder.hpp>
#include <patchbay/serial/std_types.hpp>
#include <patchbay/serial/type_name.hpp>
#include <patchbay/serial/versioned.hpp>

namespace patchbay {

namespace detail {

/// One traversal. Knows the structs that it stands in, so that a type may contain itself.
class describer {
 public:
  template <class T>
  shape of();

 private:
  template <class T>
  shape of_std();
  template <class T>
  shape of_struct();
  template <class... T>
  shape of_all(std::string_view name, const std::tuple<T...>*);
  template <class T>
  static shape of_scalar();

  std::vector<const std::type_info*> structs_;  // innermost last
};

inline shape opaque_shape(std::string_view name) { return {"{\"opaque\":" + json_string(name) + "}", "", true}; }

template <class T>
constexpr const char* scalar_schema() {
  if constexpr (std::is_same_v<T, bool>) {
    return "bool";
  } else if constexpr (std::is_same_v<T, char>) {
    return "char";
  } else if constexpr (std::is_floating_point_v<T>) {
    return sizeof(T) == 4 ? "f32" : "f64";
  } else {
    constexpr const char* names[] = {"i8", "i16", "i32", "i64", "u8", "u16", "u32", "u64"};
    constexpr unsigned power = sizeof(T) == 1 ? 0 : sizeof(T) == 2 ? 1 : sizeof(T) == 4 ? 2 : 3;
    return names[power + (std::is_signed_v<T> ? 0 : 4)];
  }
}

template <class T>
shape describer::of_scalar() {
  if constexpr (std::is_enum_v<T>) {
    using underlying = std::underlying_type_t<T>;
    return {std::string("{\"enum\":\"") + scalar_schema<underlying>() + "\"}",
            std::string("E") + typeid(underlying).name(), true};
  } else if constexpr (sizeof(T) > 8) {
    return opaque_shape(full_type_name<T>());
  } else {
    return {std::string("\"") + scalar_schema<T>() + '"', typeid(T).name(), true};
  }
}

template <class... T>
shape describer::of_all(std::string_view name, const std::tuple<T...>*) {
  shape all{"[", std::string(name) + '<', true};
  bool first = true;
  [[maybe_unused]] const auto add = [&](const shape& one) {
    if (!first) {
      all.schema += ',';
      all.layout += ',';
    }
    first = false;
    all.schema += one.schema;
    all.join(one);
  };
  (add(of<T>()), ...);
  all.schema += ']';
  if (!all.layout.empty()) all.layout += '>';
  return all;
}

template <class T>
struct tuple_of;
template <template <class...> class Template, class... T>
struct tuple_of<Template<T...>> {
  using type = std::tuple<T...>;
};

/// Name of a standard template without its arguments, `std::vector`.
template <class T>
consteval std::string_view template_name() {
  constexpr auto name = full_type_name<T>();
  return name.substr(0, name.find('<'));
}

template <class T>
shape describer::of_std() {
  using traits = std_type<T>;
  constexpr auto kind = traits::kind;
  constexpr auto name = template_name<T>();
  const auto wrap = [&](std::string before, const shape& inner, std::string after, bool plain) {
    const bool passes = plain && !inner.layout.empty();
    return shape{std::move(before) + inner.schema + std::move(after),
                 passes ? std::string(name) + '<' + inner.layout + '>' : "", inner.plain_key};
  };
  if constexpr (kind == std_kind::list) {
    return wrap("{\"list\":", of<typename T::value_type>(), "}", traits::plain);
  } else if constexpr (kind == std_kind::array) {
    const auto size = std::to_string(std::tuple_size_v<T>);
    auto array = wrap("{\"array\":", of<typename T::value_type>(), ",\"size\":" + size + "}", traits::plain);
    if (!array.layout.empty()) array.layout += '*' + size;
    return array;
  } else if constexpr (kind == std_kind::set || kind == std_kind::map) {
    const std::string tail =
        std::string(traits::unordered ? ",\"unordered\":true" : "") + (traits::multi ? ",\"multi\":true" : "") + "}";
    // The order or hash of a struct is code of its own plugin: another version may order otherwise.
    if constexpr (kind == std_kind::set) {
      const auto key = of<typename T::key_type>();
      const bool plain = traits::plain && key.plain_key;
      return wrap("{\"set\":", key, tail, plain);
    } else {
      const bool plain = traits::plain && of<typename T::key_type>().plain_key;
      using items = std::tuple<typename T::key_type, typename T::mapped_type>;
      return wrap("{\"map\":", of_all("", static_cast<const items*>(nullptr)), tail, plain);
    }
  } else if constexpr (kind == std_kind::optional) {
    return wrap("{\"optional\":", of<typename T::value_type>(), "}", true);
  } else if constexpr (kind == std_kind::pointer || kind == std_kind::shared) {
    if constexpr (foreign_pointee<typename T::element_type>) {
      return opaque_shape(full_type_name<T>());
    } else {
      auto pointer =
          wrap("{\"pointer\":", of<typename T::element_type>(), "}", traits::plain && kind == std_kind::pointer);
      pointer.plain_key = false;
      return pointer;
    }
  } else if constexpr (kind == std_kind::variant || kind == std_kind::tuple) {
    auto all = of_all(name, static_cast<const typename tuple_of<T>::type*>(nullptr));
    all.schema.insert(0, kind == std_kind::variant ? "{\"variant\":" : "{\"tuple\":");
    all.schema += '}';
    return all;
  } else if constexpr (kind == std_kind::duration) {
    return wrap("{\"struct\":[[\"count\",", of<typename T::rep>(), "]]}", false);
  } else {
    return wrap("{\"struct\":[[\"time_since_epoch\",", of<typename T::duration>(), "]]}", false);
  }
}

template <class T>
shape describer::of_struct() {
  for (std::size_t i = structs_.size(); i > 0; --i) {
    if (*structs_[i - 1] == typeid(T)) {
      const auto reference = std::to_string(structs_.size() - i);
      return {"{\"ref\":" + reference + "}", "ref" + reference, false};
    }
  }
  static_assert(std::is_default_constructible_v<T>,
                "Patchbay: a state, a message and what they hold must be default constructible");
  structs_.push_back(&typeid(T));
  const T object{};
  recorder record(*this, &object, sizeof(T));
  record.run(object);
  structs_.pop_back();
  shape result = record.finish(alignof(T));
  if constexpr (std::is_aggregate_v<T> && !is_versioned<T>) {
    if (has_bases<T> || member_count<T> != record.size()) result.layout.clear();
  } else {
    result.layout.clear();
  }
  if constexpr (is_versioned<T>) {
    result.schema.insert(result.schema.size() - 1, ",\"version\":" + std::to_string(class_version<T>()));
  }
  return result;
}

template <class T>
shape describer::of() {
  if constexpr (scalar<T>) {
    return of_scalar<T>();
  } else if constexpr (std::is_same_v<T, std::monostate>) {
    return {"\"monostate\"", typeid(T).name(), true};
  } else if constexpr (is_std_string<T>::value) {
    return {"\"string\"", std::is_same_v<T, std::string> ? typeid(T).name() : "", true};
  } else if constexpr (kind_of<T> != std_kind::none) {
    return of_std<T>();
  } else if constexpr (describable<T>) {
    return of_struct<T>();
  } else {
    return opaque_shape(full_type_name<T>());
  }
}

template <class T>
void recorder::add(const std::string& name, const T& value) {
  using value_type = std::remove_cv_t<T>;
  if constexpr (std::is_array_v<value_type>) {
    add_shape(name, opaque_shape(full_type_name<value_type>()), &value, sizeof(value_type), alignof(value_type));
  } else {
    add_shape(name, describer_.of<value_type>(), std::addressof(value), sizeof(value_type), alignof(value_type));
  }
}

}  // namespace detail

/// Schema (sdk/abi/schema.md) and layout of a type; layout is empty where the type is not transparent.
/// Throws std::logic_error where a struct names two fields alike.
template <class T>
detail::shape shape_of() {
  return detail::describer().of<T>();
}

}  // namespace patchbay
