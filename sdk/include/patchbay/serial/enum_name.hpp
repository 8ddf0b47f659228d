#pragma once
// Names of enumerators, at compile time.
#include <array>
#include <cstddef>
#include <string_view>
#include <utility>

namespace patchbay::detail {

template <auto Value>
consteval std::string_view pretty_value() {
  return __PRETTY_FUNCTION__;
}

/// `open` of `door::state::open`; empty where no enumerator has that value.
template <auto Value>
consteval std::string_view enumerator_name() {
  // gcc: `… [with auto Value = door::state::open; std::string_view = …]`, clang: `… [Value = door::state::open]`; a value without a name
  // stands there as `(door::state)7`.
  std::string_view text = pretty_value<Value>();
  text.remove_prefix(text.find("Value = ") + 8);
  const auto alias = text.find("; std::string_view");
  text = text.substr(0, alias != std::string_view::npos ? alias : text.rfind(']'));
  if (text.front() == '(' || text.front() == '-' || (text.front() >= '0' && text.front() <= '9')) return {};
  const auto colon = text.rfind("::");
  return colon == std::string_view::npos ? text : text.substr(colon + 2);
}

/// How many values of an enum are looked at, from 0.
inline constexpr std::size_t named_enumerators = 64;

/// The name of a value; empty where it has none, or is none of the first 64.
template <class Enum>
std::string_view enum_name(Enum value) {
  static constexpr auto names = []<std::size_t... I>(std::index_sequence<I...>) {
    return std::array<std::string_view, sizeof...(I)>{enumerator_name<static_cast<Enum>(I)>()...};
  }(std::make_index_sequence<named_enumerators>());
  const auto index = static_cast<std::size_t>(value);
  return index < names.size() ? names[index] : std::string_view();
}

}  // namespace patchbay::detail
