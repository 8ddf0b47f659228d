#pragma once
// What can be known of a struct without asking it: how many members it has, whether it has bases, whether it can be copied.
#include <cstddef>
#include <type_traits>
#include <utility>

#include <patchbay/serial/std_types.hpp>

namespace patchbay::detail {

/// Converts to any member. Only ever named inside unevaluated operands; the bodies are there because clang asks for them where T has
/// no linkage.
struct any_member {
  template <class T>
  operator T() const noexcept {  // NOLINT(google-explicit-constructor)
    __builtin_unreachable();
  }
};
/// Converts to the bases of a type only.
template <class Derived>
struct any_base {
  template <class T>
    requires(std::is_base_of_v<T, Derived> && !std::is_same_v<T, Derived>)
  operator T() const noexcept {  // NOLINT(google-explicit-constructor)
    __builtin_unreachable();
  }
};

template <class Any, std::size_t>
using repeated = Any;
template <class T, class Any, class Indices>
struct takes;
template <class T, class Any, std::size_t... I>
    struct takes<T, Any, std::index_sequence<I...>> : std::bool_constant < requires {
  T{std::declval<repeated<Any, I>>()...};
} > {};

template <class T, std::size_t N = 0>
consteval std::size_t count_members() {
  if constexpr (N < 256 && takes<T, any_member, std::make_index_sequence<N + 1>>::value) {
    return count_members<T, N + 1>();
  } else {
    return N;
  }
}

/// Members of an aggregate as initialisers count them: C arrays count once per element, bases count as members.
template <class T>
  requires std::is_aggregate_v<T>
inline constexpr std::size_t member_count = count_members<T>();

template <class T>
  requires std::is_aggregate_v<T>
inline constexpr bool has_bases = takes<T, any_base<T>, std::make_index_sequence<1>>::value;

template <class T, class... Seen>
consteval bool can_copy();

/// Converts to members that can be copied. Types in Seen are being judged further out and count as copyable here.
template <class... Seen>
struct copyable_member {
  template <class T>
    requires(can_copy<T, Seen...>())
  operator T() const noexcept {  // NOLINT(google-explicit-constructor)
    __builtin_unreachable();
  }
};

template <class T>
struct template_arguments {
  template <class... Seen>
  static consteval bool can_copy_all() {
    return true;
  }
};
template <template <class...> class Template, class... Arguments>
struct template_arguments<Template<Arguments...>> {
  template <class... Seen>
  static consteval bool can_copy_all() {
    return (can_copy<Arguments, Seen...>() && ...);
  }
};
template <class T, std::size_t N>
struct template_arguments<std::array<T, N>> {
  template <class... Seen>
  static consteval bool can_copy_all() {
    return can_copy<T, Seen...>();
  }
};

/// True where copying really compiles: std::is_copy_constructible says yes of vector<unique_ptr<int>> and of structs that hold one.
template <class T, class... Seen>
consteval bool can_copy() {
  constexpr auto kind = kind_of<T>;
  if constexpr ((std::is_same_v<T, Seen> || ...) || std::is_void_v<T> || is_std_string<T>::value ||
                kind == std_kind::shared) {
    return true;
  } else if constexpr (kind != std_kind::none && kind != std_kind::pointer) {
    return template_arguments<T>::template can_copy_all<Seen...>();
  } else if constexpr (kind == std_kind::none && std::is_copy_constructible_v<T> && std::is_aggregate_v<T> &&
                       std::is_class_v<T>) {
    return takes<T, copyable_member<T, Seen...>, std::make_index_sequence<member_count<T>>>::value;
  } else {
    return kind == std_kind::none && std::is_copy_constructible_v<T>;
  }
}

}  // namespace patchbay::detail
