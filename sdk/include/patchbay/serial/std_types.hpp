#pragma once
// Which standard type a type is: the schema, the layout and both archives follow the same list.
#include <array>
#include <chrono>
#include <cstdint>
#include <deque>
#include <forward_list>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <type_traits>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <variant>
#include <vector>

namespace patchbay::detail {

enum class std_kind { none, list, array, set, map, optional, pointer, shared, variant, tuple, duration, time_point };

/// `plain` is false where a hash, comparator, allocator or deleter is not the default one.
template <std_kind Kind, bool Plain = true>
struct std_type_is {
  static constexpr std_kind kind = Kind;
  static constexpr bool plain = Plain;
  static constexpr bool unordered = false;
  static constexpr bool multi = false;
};

template <class T>
struct std_type : std_type_is<std_kind::none> {};

template <class T, class A>
struct std_type<std::vector<T, A>> : std_type_is<std_kind::list, std::is_same_v<A, std::allocator<T>>> {};
template <class T, class A>
struct std_type<std::deque<T, A>> : std_type_is<std_kind::list, std::is_same_v<A, std::allocator<T>>> {};
template <class T, class A>
struct std_type<std::list<T, A>> : std_type_is<std_kind::list, std::is_same_v<A, std::allocator<T>>> {};
template <class T, class A>
struct std_type<std::forward_list<T, A>> : std_type_is<std_kind::list, std::is_same_v<A, std::allocator<T>>> {};
template <class T, std::size_t N>
struct std_type<std::array<T, N>> : std_type_is<std_kind::array> {};

template <std_kind Kind, bool Plain, bool Unordered, bool Multi>
struct keyed_type : std_type_is<Kind, Plain> {
  static constexpr bool unordered = Unordered;
  static constexpr bool multi = Multi;
};
template <class K, class C, class A, class Item>
inline constexpr bool plain_ordered = std::is_same_v<C, std::less<K>> && std::is_same_v<A, std::allocator<Item>>;
template <class K, class H, class E, class A, class Item>
inline constexpr bool plain_hashed =
    std::is_same_v<H, std::hash<K>> && std::is_same_v<E, std::equal_to<K>> && std::is_same_v<A, std::allocator<Item>>;

template <class K, class C, class A>
struct std_type<std::set<K, C, A>> : keyed_type<std_kind::set, plain_ordered<K, C, A, K>, false, false> {};
template <class K, class C, class A>
struct std_type<std::multiset<K, C, A>> : keyed_type<std_kind::set, plain_ordered<K, C, A, K>, false, true> {};
template <class K, class H, class E, class A>
struct std_type<std::unordered_set<K, H, E, A>> : keyed_type<std_kind::set, plain_hashed<K, H, E, A, K>, true, false> {
};
template <class K, class H, class E, class A>
struct std_type<std::unordered_multiset<K, H, E, A>>
    : keyed_type<std_kind::set, plain_hashed<K, H, E, A, K>, true, true> {};
template <class K, class V, class C, class A>
struct std_type<std::map<K, V, C, A>>
    : keyed_type<std_kind::map, plain_ordered<K, C, A, std::pair<const K, V>>, false, false> {};
template <class K, class V, class C, class A>
struct std_type<std::multimap<K, V, C, A>>
    : keyed_type<std_kind::map, plain_ordered<K, C, A, std::pair<const K, V>>, false, true> {};
template <class K, class V, class H, class E, class A>
struct std_type<std::unordered_map<K, V, H, E, A>>
    : keyed_type<std_kind::map, plain_hashed<K, H, E, A, std::pair<const K, V>>, true, false> {};
template <class K, class V, class H, class E, class A>
struct std_type<std::unordered_multimap<K, V, H, E, A>>
    : keyed_type<std_kind::map, plain_hashed<K, H, E, A, std::pair<const K, V>>, true, true> {};

template <class T>
struct std_type<std::optional<T>> : std_type_is<std_kind::optional> {};
template <class T, class D>
struct std_type<std::unique_ptr<T, D>> : std_type_is<std_kind::pointer, std::is_same_v<D, std::default_delete<T>>> {};
template <class T, class D>
struct std_type<std::unique_ptr<T[], D>> : std_type_is<std_kind::none> {};
template <class T>
struct std_type<std::shared_ptr<T>> : std_type_is<std_kind::shared> {};
template <class... T>
struct std_type<std::variant<T...>> : std_type_is<std_kind::variant> {};
template <class... T>
struct std_type<std::tuple<T...>> : std_type_is<std_kind::tuple> {};
template <class A, class B>
struct std_type<std::pair<A, B>> : std_type_is<std_kind::tuple> {};
template <class R, class P>
struct std_type<std::chrono::duration<R, P>> : std_type_is<std_kind::duration> {};
template <class C, class D>
struct std_type<std::chrono::time_point<C, D>> : std_type_is<std_kind::time_point> {};

template <class T>
struct is_std_string : std::false_type {};
template <class Traits, class A>
struct is_std_string<std::basic_string<char, Traits, A>> : std::true_type {};

template <class T>
inline constexpr std_kind kind_of = std_type<T>::kind;

/// A pointee that cereal's own polymorphic or load_and_construct machinery must handle.
template <class T>
inline constexpr bool foreign_pointee = std::is_polymorphic_v<T> || !std::is_default_constructible_v<T>;

template <class T>
concept scalar = std::is_arithmetic_v<T> || std::is_enum_v<T>;
/// Elements that lie in memory as they are encoded.
template <class T>
concept bulk = std::is_arithmetic_v<T> && !std::is_same_v<T, bool>;

template <class T>
inline constexpr bool contiguous_bulk = false;
template <bulk T, class A>
inline constexpr bool contiguous_bulk<std::vector<T, A>> = true;
template <bulk T, std::size_t N>
inline constexpr bool contiguous_bulk<std::array<T, N>> = true;

}  // namespace patchbay::detail
