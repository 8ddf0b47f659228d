#include "code/generation.hpp"

namespace patchbay::code {

process::module* generation::find(std::string_view module) const {
  for (const auto& each : modules) {
    if (each->name() == module) return each.get();
  }
  return nullptr;
}

std::string generation::label() const { return application + "-" + version + " (g" + std::to_string(number) + ")"; }

}  // namespace patchbay::code
