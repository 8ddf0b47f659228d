#pragma once
// The one wording of actions and directions, in reports and in JSON.
#include "release/plan/plan.hpp"

namespace patchbay::release {

/// `load_module`, `update soft` …
inline const char* word(module_action action) {
  switch (action) {
    case module_action::load:
      return "load_module";
    case module_action::soft:
      return "update soft";
    case module_action::advanced:
      return "update advanced";
    case module_action::add:
      return "add_module";
    case module_action::remove:
      return "delete_module";
  }
  return "";
}
inline const char* word(direction way) { return way == direction::up ? "up" : "down"; }

}  // namespace patchbay::release
