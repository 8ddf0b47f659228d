#pragma once
// How the handlers of an event manager are named: `application/module`, and `:id` behind it where a module is there more than once.
#include <string>
#include <string_view>

namespace patchbay::behaviour {

/// A name in its parts; they refer to its text.
struct handler_name {
  std::string_view module;  ///< `module` or `application/module`
  std::string_view id;      ///< with its colon, or empty
};
[[nodiscard]] handler_name split_handler_name(std::string_view name) noexcept;

/// As the manager keeps it: with the application of whoever said it where it names none.
[[nodiscard]] std::string full_handler_name(std::string_view name, std::string_view application);

/// True where `asked` means the handler that the manager keeps as `kept`. Without an application it means any.
[[nodiscard]] bool names_handler(std::string_view asked, std::string_view kept) noexcept;

}  // namespace patchbay::behaviour
