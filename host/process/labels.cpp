#include "process/labels.hpp"

#include "process/module.hpp"

namespace patchbay::process {

std::uint32_t labels::of(const module& code) {
  const std::lock_guard lock(mutex_);
  const auto id = static_cast<std::uint32_t>(all_.size());
  const auto [it, added] = ids_.try_emplace({code.application(), code.name(), code.version(), code.group().label}, id);
  if (added) all_.push_back({code.application(), code.name(), code.version(), code.group().label});
  return it->second;
}

label labels::get(std::uint32_t id) const {
  const std::lock_guard lock(mutex_);
  return id < all_.size() ? all_[id] : label{};
}

}  // namespace patchbay::process
