#pragma once
// Writing arguments: what a child or a started process gets.
#include <charconv>
#include <cmath>
#include <concepts>
#include <initializer_list>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <patchbay/abi.h>
#include <patchbay/args.hpp>
#include <patchbay/serial/json_text.hpp>
#include <patchbay/status.hpp>

namespace patchbay {

class arg_value;

/// A table of arguments: `arg_list{{"start_at", 100}, {"limits", arg_list{{"max", 5}}}, {"peers", std::vector{"a", "b"}}}`.
class arg_list {
 public:
  arg_list() = default;
  /// Throws std::invalid_argument where a key is there twice or a float is no number.
  arg_list(std::initializer_list<std::pair<std::string_view, arg_value>> entries);
  /// Hands on what one was given oneself.
  arg_list(const args& other);  // NOLINT(google-explicit-constructor)

  /// A JSON object.
  [[nodiscard]] const std::string& json() const noexcept { return json_; }

 private:
  std::string json_ = "{}";
};

/// One argument's value, as JSON.
class arg_value {
 public:
  arg_value(bool value) : json_(value ? "true" : "false") {}                   // NOLINT(google-explicit-constructor)
  arg_value(std::integral auto value) : json_(std::to_string(value)) {}        // NOLINT(google-explicit-constructor)
  arg_value(std::floating_point auto value) : json_(number(value)) {}          // NOLINT(google-explicit-constructor)
  arg_value(std::string_view value) : json_(detail::json_string(value)) {}     // NOLINT(google-explicit-constructor)
  arg_value(const std::string& value) : arg_value(std::string_view(value)) {}  // NOLINT(google-explicit-constructor)
  arg_value(const char* value) : arg_value(std::string_view(value)) {}         // NOLINT(google-explicit-constructor)
  arg_value(const arg_list& value) : json_(value.json()) {}                    // NOLINT(google-explicit-constructor)
  template <class T>
    requires std::is_convertible_v<const T&, arg_value>
  arg_value(const std::vector<T>& values) : json_("[") {  // NOLINT(google-explicit-constructor)
    for (const auto& value : values) {
      if (json_.size() > 1) json_ += ',';
      json_ += arg_value(value).json();
    }
    json_ += ']';
  }

  [[nodiscard]] const std::string& json() const noexcept { return json_; }

 private:
  template <class Number>
  static std::string number(Number value) {
    if (!std::isfinite(value)) throw std::invalid_argument("arg_list: JSON has no infinity and no nan");
    char text[64];
    const auto end = std::to_chars(text, text + sizeof text, static_cast<double>(value)).ptr;
    std::string json(text, end);
    if (json.find_first_of(".e") == std::string::npos) json += ".0";  // it stays a float
    return json;
  }
  std::string json_;
};

inline arg_list::arg_list(std::initializer_list<std::pair<std::string_view, arg_value>> entries) : json_("{") {
  for (auto entry = entries.begin(); entry != entries.end(); ++entry) {
    for (auto before = entries.begin(); before != entry; ++before) {
      if (before->first == entry->first) {
        throw std::invalid_argument("arg_list: key \"" + std::string(entry->first) + "\" is there twice");
      }
    }
    if (entry != entries.begin()) json_ += ',';
    detail::append_json_string(json_, entry->first);
    json_ += ':' + entry->second.json();
  }
  json_ += '}';
}

inline arg_list::arg_list(const args& other) : json_(other.json()) {}

}  // namespace patchbay
