#pragma once
// Names of types, at compile time.
#include <string_view>

namespace patchbay::detail {

template <class T>
consteval std::string_view pretty() {
  return __PRETTY_FUNCTION__;
}

/// `space::outer::name` of a type, as the compiler prints it.
template <class T>
consteval std::string_view full_type_name() {
  // gcc: `… [with T = X; std::string_view = …]`, clang: `… [T = X]`.
  std::string_view text = pretty<T>();
  text.remove_prefix(text.find("T = ") + 4);
  const auto alias = text.find("; std::string_view");
  return text.substr(0, alias != std::string_view::npos ? alias : text.rfind(']'));
}

/// `name` of `space::outer::name`; of a template with its arguments.
template <class T>
consteval std::string_view short_type_name() {
  std::string_view text = full_type_name<T>();
  const auto arguments = text.find('<');
  const auto colon = text.substr(0, arguments).rfind("::");
  return colon == std::string_view::npos ? text : text.substr(colon + 2);
}

}  // namespace patchbay::detail
