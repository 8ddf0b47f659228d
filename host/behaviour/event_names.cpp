#include "behaviour/event_names.hpp"

namespace patchbay::behaviour {

handler_name split_handler_name(std::string_view name) noexcept {
  const auto slash = name.find('/');
  const auto colon = name.find(':', slash == std::string_view::npos ? 0 : slash);
  if (colon == std::string_view::npos) return {name, {}};
  return {name.substr(0, colon), name.substr(colon)};
}

std::string full_handler_name(std::string_view name, std::string_view application) {
  if (application.empty() || split_handler_name(name).module.find('/') != std::string_view::npos) {
    return std::string(name);
  }
  std::string full(application);
  full.append("/").append(name);
  return full;
}

bool names_handler(std::string_view asked, std::string_view kept) noexcept {
  if (asked == kept) return true;
  if (split_handler_name(asked).module.find('/') != std::string_view::npos) return false;
  const auto slash = kept.find('/');
  return slash != std::string_view::npos && kept.substr(slash + 1) == asked;
}

}  // namespace patchbay::behaviour
