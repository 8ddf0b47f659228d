#pragma once
// Why a process ends.
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include <patchbay/abi.h>

namespace patchbay {

/// OTP's exit reasons that are words of their own; every other reason is a text.
enum class exit_word : std::uint32_t {
  normal = PB_EXIT_NORMAL,
  shutdown = PB_EXIT_SHUTDOWN,
  kill = PB_EXIT_KILL,
  killed = PB_EXIT_KILLED,
  noproc = PB_EXIT_NOPROC,
  error = PB_EXIT_ERROR
};
inline constexpr exit_word normal = exit_word::normal;
inline constexpr exit_word shutdown = exit_word::shutdown;
inline constexpr exit_word kill = exit_word::kill;

/// An exit reason: a word, or an error in words. `exit_reason(shutdown, "moved")` is OTP's {shutdown, Term}.
class exit_reason {
 public:
  exit_reason(exit_word word = exit_word::normal, std::string text = {})  // NOLINT(google-explicit-constructor)
      : word_(word), text_(std::move(text)) {}
  exit_reason(std::string text)
      : word_(exit_word::error), text_(std::move(text)) {}                // NOLINT(google-explicit-constructor)
  exit_reason(std::string_view text) : exit_reason(std::string(text)) {}  // NOLINT(google-explicit-constructor)
  exit_reason(const char* text) : exit_reason(std::string(text)) {}       // NOLINT(google-explicit-constructor)
  explicit exit_reason(const pb_reason& reason) : word_(static_cast<exit_word>(reason.kind)) {
    if (reason.text.size != 0) text_.assign(reason.text.data, reason.text.size);
  }

  [[nodiscard]] exit_word word() const noexcept { return word_; }
  [[nodiscard]] const std::string& text() const noexcept { return text_; }
  /// True for normal, shutdown and {shutdown, Term}: what nobody logs and a transient child is not restarted for.
  [[nodiscard]] bool orderly() const noexcept { return word_ == exit_word::normal || word_ == exit_word::shutdown; }
  /// Refers to this object's text.
  [[nodiscard]] pb_reason abi() const noexcept {
    return {static_cast<std::uint32_t>(word_), {text_.data(), text_.size()}};
  }

  bool operator==(const exit_reason&) const = default;

 private:
  exit_word word_;
  std::string text_;
};

}  // namespace patchbay
