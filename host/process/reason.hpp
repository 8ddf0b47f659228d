#pragma once
// Why a process ended, in OTP's words.
#include <string>

#include <patchbay/abi.h>

namespace patchbay::process {

/// An exit reason. PB_EXIT_ERROR is every term that OTP's fixed words do not cover; its text tells.
struct reason {
  std::uint32_t kind = PB_EXIT_NORMAL;
  std::string text;

  [[nodiscard]] static reason normal() { return {}; }
  [[nodiscard]] static reason shutdown(std::string why = {}) { return {PB_EXIT_SHUTDOWN, std::move(why)}; }
  [[nodiscard]] static reason failure(std::string why) { return {PB_EXIT_ERROR, std::move(why)}; }
  [[nodiscard]] static reason from(const pb_reason& raw) {
    return {raw.kind, std::string(raw.text.data, raw.text.size)};
  }

  /// normal, shutdown, {shutdown, text}: nothing to log, no restart of a transient child.
  [[nodiscard]] bool orderly() const noexcept { return kind == PB_EXIT_NORMAL || kind == PB_EXIT_SHUTDOWN; }
  /// As OTP prints it: `normal`, `{shutdown, text}`, `killed`, or the text.
  [[nodiscard]] std::string words() const;
  [[nodiscard]] pb_reason raw() const noexcept { return {kind, {text.data(), text.size()}}; }
  bool operator==(const reason&) const = default;
};

}  // namespace patchbay::process
