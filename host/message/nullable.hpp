#pragma once
#include "message/schema.hpp"

namespace patchbay::message {

/// True where the JSON form of a value may itself be null: an optional or pointer around it then writes {"value":v}, or its two
/// ways of being empty would look alike.
[[nodiscard]] inline bool nullable(const schema& as, std::uint32_t part) {
  const shape kind = as.at(part).kind;
  return kind == shape::optional || kind == shape::pointer || kind == shape::monostate;
}

}  // namespace patchbay::message
