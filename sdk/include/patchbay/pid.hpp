#pragma once
// Whom a message goes to.
#include <cstdint>
#include <string>
#include <string_view>

#include <patchbay/abi.h>

namespace patchbay {

/// A process. Never reused in a host's life; may be a field of a message or state.
enum class pid : pb_pid { nobody = 0 };

/// `<0.index.generation>`, as the host and its tools print it; `<0.0.0>` is nobody.
inline std::string to_text(pid process) {
  const auto raw = static_cast<pb_pid>(process);
  return "<0." + std::to_string(raw & 0xffffffffu) + '.' + std::to_string(raw >> 32) + '>';
}

/// A pid or a locally registered name. Refers to the name's bytes: use it where it is made.
struct target {
  target(patchbay::pid to) noexcept : process(to) {}    // NOLINT(google-explicit-constructor)
  target(std::string_view to) noexcept : name(to) {}    // NOLINT(google-explicit-constructor)
  target(const char* to) noexcept : name(to) {}         // NOLINT(google-explicit-constructor)
  target(const std::string& to) noexcept : name(to) {}  // NOLINT(google-explicit-constructor)
  [[nodiscard]] pb_target abi() const noexcept { return {static_cast<pb_pid>(process), {name.data(), name.size()}}; }
  /// For error texts: the name or the pid.
  [[nodiscard]] std::string text() const {
    return process == patchbay::pid::nobody ? std::string(name) : to_text(process);
  }

  patchbay::pid process = patchbay::pid::nobody;
  std::string_view name;
};

}  // namespace patchbay
