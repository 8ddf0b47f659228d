#include "message/type_registry.hpp"

namespace patchbay::message {
namespace {

std::uint32_t intern(std::unordered_map<std::string, std::uint32_t>& table, std::string key) {
  const auto next = static_cast<std::uint32_t>(table.size() + 1);
  return table.try_emplace(std::move(key), next).first->second;
}

}  // namespace

void type_registry::adopt(pb_type& type, std::string_view toolchain) {
  const std::lock_guard lock(mutex_);
  type.host_id = intern(names_, std::string(type.name.data, type.name.size));
  type.host_layout_id = 0;
  if ((type.flags & PB_TYPE_TRANSPARENT) != 0 && type.layout.size != 0) {
    std::string key(toolchain);
    key += '\n';
    key.append(type.layout.data, type.layout.size);
    type.host_layout_id = intern(layouts_, std::move(key));
  }
}

std::uint32_t type_registry::find(std::string_view name) const {
  const std::lock_guard lock(mutex_);
  const auto it = names_.find(std::string(name));
  return it == names_.end() ? 0 : it->second;
}

std::string type_registry::name(std::uint32_t id) const {
  const std::lock_guard lock(mutex_);
  for (const auto& [text, number] : names_) {
    if (number == id) return text;
  }
  return {};
}

}  // namespace patchbay::message
