#pragma once
// Reading configuration: an application's env, a child's args.
#include <concepts>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <patchbay/abi.h>
#include <patchbay/status.hpp>
#include <patchbay/table/host_table.hpp>
#include <patchbay/table/texts.hpp>

namespace patchbay {

/// A read-only table, or a list. Refers to the host's data: valid until the callback that received it returns.
class args {
 public:
  explicit args(const pb_args* table = nullptr) noexcept : table_(table) {}

  /// The value under a key; dots go into tables (`limits.max`). T is bool, an integer, a floating type, std::string,
  /// std::string_view (valid as long as these args), args or a vector of these.
  /// Errors: std::invalid_argument where the key is absent, of another kind or out of T's range; the text names the key.
  template <class T>
  [[nodiscard]] T get(std::string_view key) const {
    const auto value = find(key);
    if (value.kind == PB_VALUE_NONE) throw std::invalid_argument("args: key \"" + std::string(key) + "\" is missing");
    return convert<T>(value, key);
  }
  /// As get, but `fallback` where the key is absent. A value of another kind is an error all the same.
  template <class T>
  [[nodiscard]] T get(std::string_view key, std::type_identity_t<T> fallback) const {
    const auto value = find(key);
    return value.kind == PB_VALUE_NONE ? std::move(fallback) : convert<T>(value, key);
  }
  [[nodiscard]] bool has(std::string_view key) const noexcept { return find(key).kind != PB_VALUE_NONE; }
  /// Number of entries or elements.
  [[nodiscard]] std::size_t size() const noexcept {
    return table_ == nullptr ? 0 : detail::host().args_size(detail::host_table, table_);
  }
  /// The n-th element of a list, or the value of a table's n-th entry. Errors as get.
  template <class T>
  [[nodiscard]] T at(std::size_t index) const {
    pb_value value{};
    if (table_ != nullptr) detail::host().args_at(detail::host_table, table_, index, nullptr, &value);
    const auto place = '[' + std::to_string(index) + ']';
    if (value.kind == PB_VALUE_NONE) throw std::invalid_argument("args: there is no element " + place);
    return convert<T>(value, place);
  }
  /// The key of a table's n-th entry.
  [[nodiscard]] std::string_view key(std::size_t index) const noexcept {
    pb_str name{};
    pb_value value{};
    if (table_ != nullptr) detail::host().args_at(detail::host_table, table_, index, &name, &value);
    return detail::to_view(name);
  }
  /// The whole as JSON text.
  [[nodiscard]] std::string json() const {
    if (table_ == nullptr) return "{}";
    detail::text_sink out;
    detail::host().args_json(detail::host_table, table_, out.get());
    return out.take();
  }

 private:
  template <class T>
  struct is_vector : std::false_type {};
  template <class T>
  struct is_vector<std::vector<T>> : std::true_type {};

  [[nodiscard]] pb_value find(std::string_view key) const noexcept {
    pb_value value{};
    if (table_ != nullptr) detail::host().args_find(detail::host_table, table_, detail::to_str(key), &value);
    return value;
  }
  [[noreturn]] static void refuse(std::string_view key, const pb_value& value, std::string_view wanted) {
    constexpr std::string_view kinds[] = {"nothing",  "a bool",  "an integer", "a float",
                                          "a string", "a table", "a list"};
    const auto is = value.kind < std::size(kinds) ? kinds[value.kind] : std::string_view("unknown");
    throw std::invalid_argument("args: key \"" + std::string(key) + "\" is " + std::string(is) + ", not " +
                                std::string(wanted));
  }
  static void expect(const pb_value& value, std::uint32_t kind, std::string_view key, std::string_view wanted) {
    if (value.kind != kind) refuse(key, value, wanted);
  }
  template <class T>
  static T convert(const pb_value& value, std::string_view key);

  const pb_args* table_;
};

template <class T>
T args::convert(const pb_value& value, std::string_view key) {
  if constexpr (std::is_same_v<T, bool>) {
    expect(value, PB_VALUE_BOOL, key, "a bool");
    return value.boolean != 0;
  } else if constexpr (std::is_integral_v<T>) {
    expect(value, PB_VALUE_INT, key, "an integer");
    if (!std::in_range<T>(value.integer)) {
      throw std::invalid_argument("args: key \"" + std::string(key) + "\" is " + std::to_string(value.integer) +
                                  ", which is out of range");
    }
    return static_cast<T>(value.integer);
  } else if constexpr (std::is_floating_point_v<T>) {
    if (value.kind == PB_VALUE_INT) return static_cast<T>(value.integer);
    expect(value, PB_VALUE_FLOAT, key, "a number");
    return static_cast<T>(value.number);
  } else if constexpr (std::is_same_v<T, std::string> || std::is_same_v<T, std::string_view>) {
    expect(value, PB_VALUE_STRING, key, "a string");
    return T(detail::to_view(value.string));
  } else if constexpr (std::is_same_v<T, args>) {
    if (value.kind != PB_VALUE_TABLE && value.kind != PB_VALUE_LIST) refuse(key, value, "a table");
    return args(value.table);
  } else {
    static_assert(is_vector<T>::value,
                  "Patchbay: args hold bools, integers, floats, strings, tables (patchbay::args) and vectors of these");
    expect(value, PB_VALUE_LIST, key, "a list");
    const args list(value.table);
    T all;
    for (std::size_t i = 0; i < list.size(); ++i) all.push_back(list.at<typename T::value_type>(i));
    return all;
  }
}

}  // namespace patchbay
