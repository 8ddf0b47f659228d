#pragma once
// errno in words.
#include <string>
#include <system_error>

#include "port/outcome.hpp"

namespace patchbay::port {

/// `what: No space left on device`, with the code io. `number` is an errno.
inline error io_error(const std::string& what, int number) {
  return {"io", what + ": " + std::generic_category().message(number)};
}

}  // namespace patchbay::port
