#pragma once
// A value or an error. Rooms above port return this where something outside the program can be wrong.
#include <cassert>
#include <string>
#include <utility>
#include <variant>

namespace patchbay {

/// Why something was refused or failed.
/// `code` is one stable word for programs (`no_such_release`), `text` one sentence for people: what was wrong, where, what to do.
struct error {
  std::string code;
  std::string text;
};

/// Either a T or an error. Not thread-safe; as movable as T.
template <class T>
class [[nodiscard]] outcome {
 public:
  outcome(T value) : content_(std::in_place_index<0>, std::move(value)) {}  // NOLINT(google-explicit-constructor)
  outcome(error failure)
      : content_(std::in_place_index<1>, std::move(failure)) {}  // NOLINT(google-explicit-constructor)

  [[nodiscard]] bool ok() const noexcept { return content_.index() == 0; }
  explicit operator bool() const noexcept { return ok(); }

  /// REQUIRES: ok().
  [[nodiscard]] T& value() & { return *std::get_if<0>(&content_); }
  [[nodiscard]] const T& value() const& { return *std::get_if<0>(&content_); }
  [[nodiscard]] T&& value() && { return std::move(*std::get_if<0>(&content_)); }
  [[nodiscard]] T& operator*() & { return value(); }
  [[nodiscard]] const T& operator*() const& { return value(); }
  [[nodiscard]] T* operator->() { return &value(); }
  [[nodiscard]] const T* operator->() const { return &value(); }

  /// REQUIRES: !ok().
  [[nodiscard]] const error& failure() const { return *std::get_if<1>(&content_); }

 private:
  std::variant<T, error> content_;
};

/// Success without a value, or an error.
template <>
class [[nodiscard]] outcome<void> {
 public:
  outcome() = default;
  outcome(error failure) : failure_(std::move(failure)), failed_(true) {}  // NOLINT(google-explicit-constructor)
  [[nodiscard]] bool ok() const noexcept { return !failed_; }
  explicit operator bool() const noexcept { return ok(); }
  /// REQUIRES: !ok().
  [[nodiscard]] const error& failure() const { return failure_; }

 private:
  error failure_;
  bool failed_ = false;
};

}  // namespace patchbay
