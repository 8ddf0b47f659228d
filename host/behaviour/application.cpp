#include "behaviour/application.hpp"

namespace patchbay::behaviour {

std::string_view word(application_type type) noexcept {
  switch (type) {
    case application_type::permanent:
      return "permanent";
    case application_type::transient:
      return "transient";
    case application_type::temporary:
      return "temporary";
    case application_type::load:
      return "load";
    case application_type::none:
      return "none";
  }
  return "";
}

std::string_view word(tree_node::condition state) noexcept {
  switch (state) {
    case tree_node::condition::running:
      return "running";
    case tree_node::condition::restarting:
      return "restarting";
    case tree_node::condition::undefined:
      return "undefined";
    case tree_node::condition::busy:
      return "busy";
  }
  return "";
}

}  // namespace patchbay::behaviour
