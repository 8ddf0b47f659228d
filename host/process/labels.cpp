#include "process/labels.hpp"

#include <algorithm>

#include "process/module.hpp"

namespace patchbay::process {

std::uint32_t labels::of(const module& code) {
  const std::lock_guard lock(mutex_);
  ring& of_module = by_application_[code.application()][code.name()];
  for (std::size_t back = 1; back <= std::min(of_module.given, kept); ++back) {
    const std::uint32_t id = of_module.ids[(of_module.given - back) % kept];
    if (all_[id].generation == code.group().label && all_[id].version == code.version()) return id;
  }
  std::uint32_t& id = of_module.ids[of_module.given % kept];
  if (of_module.given < kept) {
    id = static_cast<std::uint32_t>(all_.size());
    all_.emplace_back();
  }
  ++of_module.given;
  all_[id] = {code.application(), code.name(), code.version(), code.group().label};
  return id;
}

label labels::get(std::uint32_t id) const {
  const std::lock_guard lock(mutex_);
  return id < all_.size() ? all_[id] : label{};
}

}  // namespace patchbay::process
