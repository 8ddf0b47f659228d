#pragma once
// The one wording of actions, directions and start types, in reports and in JSON.
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
inline const char* word(start_type type) {
  switch (type) {
    case start_type::permanent:
      return "permanent";
    case start_type::transient:
      return "transient";
    case start_type::temporary:
      return "temporary";
    case start_type::load:
      return "load";
    case start_type::none:
      return "none";
  }
  return "";
}

/// As an appup writes it.
inline const char* word(instruction_kind kind) {
  switch (kind) {
    case instruction_kind::update:
      return "update";
    case instruction_kind::load_module:
      return "load_module";
    case instruction_kind::add_module:
      return "add_module";
    case instruction_kind::delete_module:
      return "delete_module";
  }
  return "";
}

}  // namespace patchbay::release
