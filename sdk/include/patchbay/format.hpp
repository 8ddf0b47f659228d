#pragma once
// What fmt prints of the SDK's types.
#include <string_view>

#include <fmt/format.h>

#include <patchbay/pid.hpp>

/// `<0.17.1>`; takes fmt's width, fill and alignment.
template <>
struct fmt::formatter<patchbay::pid> : fmt::formatter<std::string_view> {
  template <class Context>
  auto format(patchbay::pid process, Context& context) const {
    return fmt::formatter<std::string_view>::format(patchbay::to_text(process), context);
  }
};
