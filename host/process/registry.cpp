#include "process/registry.hpp"

#include <algorithm>
#include <mutex>

namespace patchbay::process {

std::optional<via_name> as_via(std::string_view name) noexcept {
  constexpr std::string_view head = "{via, ";
  if (!name.starts_with(head) || !name.ends_with('}')) return std::nullopt;
  name.remove_prefix(head.size());
  name.remove_suffix(1);
  const auto comma = name.find(", ");
  if (comma == std::string_view::npos) return std::nullopt;
  return via_name{name.substr(0, comma), name.substr(comma + 2)};
}

const std::string& registries::change_schema() {
  static const std::string schema = R"({"struct":[["monitor",{"enum":"u64"}],["registry","string"],["key","string"],)"
                                    R"(["process",{"enum":"u64"}],["value","string"],["registered","bool"]]})";
  return schema;
}

std::vector<std::pair<std::string, pb_pid>> registries::via_names() const {
  std::vector<std::pair<std::string, pb_pid>> found;
  const std::shared_lock lock(mutex_);
  for (const auto& [name, each] : all_) {
    if (each->kind != PB_REGISTRY_UNIQUE) continue;
    for (const auto& [key, holders] : each->keys) {
      found.emplace_back("{via, " + name + ", " + key + "}", holders.front().pid);
    }
  }
  return found;
}

pb_status registries::make(std::string_view name, std::uint32_t kind) {
  if (name.empty() || name.size() > max_length || name.find(',') != std::string_view::npos) return PB_E_BADARG;
  if (kind != PB_REGISTRY_UNIQUE && kind != PB_REGISTRY_DUPLICATE) return PB_E_BADARG;
  const std::unique_lock lock(mutex_);
  if (all_.contains(name)) return PB_E_ALREADY_STARTED;
  all_.emplace(name, std::make_unique<registry>(registry{std::string(name), kind, {}, {}, {}}));
  return PB_OK;
}

registries::registry* registries::find_registry(std::string_view name) const {
  const auto it = all_.find(name);
  return it == all_.end() ? nullptr : it->second.get();
}

void registries::tell(const registry& where, std::string_view key, const holder& who, bool registered) const {
  for (const listener& each : where.listeners) {
    std::string bytes;
    message::put_little(bytes, each.monitor);
    put_text(bytes, where.name);
    put_text(bytes, key);
    message::put_little(bytes, who.pid);
    put_text(bytes, who.value);
    bytes += registered ? '\1' : '\0';
    tell_(each, std::move(bytes));
  }
}

pb_status registries::enter(std::string_view name, std::string_view key, pb_pid pid, std::string value, pb_pid& owner) {
  if (key.empty() || key.size() > max_length) return PB_E_BADARG;
  const std::unique_lock lock(mutex_);
  registry* where = find_registry(name);
  if (where == nullptr) return PB_E_NOT_FOUND;
  const auto there = where->keys.find(key);
  if (where->kind == PB_REGISTRY_UNIQUE && there != where->keys.end()) {
    owner = there->second.front().pid;
    return PB_E_ALREADY_REGISTERED;
  }
  auto& holders = there != where->keys.end() ? there->second : where->keys[std::string(key)];
  owned_[pid].emplace_back(where, key);
  holders.push_back({pid, std::move(value)});
  tell(*where, key, holders.back(), true);
  return PB_OK;
}

bool registries::take_out(registry& from, std::string_view key, pb_pid pid) {
  const auto there = from.keys.find(key);
  if (there == from.keys.end()) return false;
  auto& holders = there->second;
  bool any = false;
  for (auto it = holders.begin(); it != holders.end();) {
    if (it->pid != pid) {
      ++it;
      continue;
    }
    const holder gone = std::move(*it);
    it = holders.erase(it);
    any = true;
    tell(from, key, gone, false);
  }
  if (holders.empty()) from.keys.erase(there);
  return any;
}

pb_status registries::leave(std::string_view name, std::string_view key, pb_pid pid) {
  const std::unique_lock lock(mutex_);
  registry* where = find_registry(name);
  if (where == nullptr) return PB_E_NOT_FOUND;
  if (!take_out(*where, key, pid)) return PB_OK;
  const auto mine = owned_.find(pid);
  std::erase_if(mine->second, [&](const auto& each) { return each.first == where && each.second == key; });
  if (mine->second.empty()) owned_.erase(mine);
  return PB_OK;
}

pb_status registries::update(std::string_view name, std::string_view key, pb_pid pid, std::string value) {
  const std::unique_lock lock(mutex_);
  registry* where = find_registry(name);
  if (where == nullptr) return PB_E_NOT_FOUND;
  if (where->kind != PB_REGISTRY_UNIQUE) return PB_E_BADARG;
  const auto there = where->keys.find(key);
  if (there == where->keys.end() || there->second.front().pid != pid) return PB_E_NOT_FOUND;
  there->second.front().value = std::move(value);
  return PB_OK;
}

pb_pid registries::find(std::string_view name, std::string_view key) const {
  const std::shared_lock lock(mutex_);
  const registry* where = find_registry(name);
  if (where == nullptr || where->kind != PB_REGISTRY_UNIQUE) return 0;
  const auto there = where->keys.find(key);
  return there == where->keys.end() ? 0 : there->second.front().pid;
}

pb_status registries::lookup(std::string_view name, std::string_view key, std::vector<registry_entry>& out) const {
  const std::shared_lock lock(mutex_);
  const registry* where = find_registry(name);
  if (where == nullptr) return PB_E_NOT_FOUND;
  const auto take = [&out](const auto& under) {
    for (const holder& each : under.second) out.push_back({under.first, each.pid, each.value});
  };
  if (key.empty()) {
    std::for_each(where->keys.begin(), where->keys.end(), take);
  } else if (const auto there = where->keys.find(key); there != where->keys.end()) {
    take(*there);
  }
  return PB_OK;
}

pb_status registries::put_meta(std::string_view name, std::string_view key, std::string value) {
  const std::unique_lock lock(mutex_);
  registry* where = find_registry(name);
  if (where == nullptr) return PB_E_NOT_FOUND;
  if (value.empty()) {
    if (const auto there = where->metadata.find(key); there != where->metadata.end()) where->metadata.erase(there);
  } else {
    where->metadata.insert_or_assign(std::string(key), std::move(value));
  }
  return PB_OK;
}

pb_status registries::meta(std::string_view name, std::string_view key, std::string& value) const {
  const std::shared_lock lock(mutex_);
  const registry* where = find_registry(name);
  if (where == nullptr) return PB_E_NOT_FOUND;
  const auto there = where->metadata.find(key);
  if (there == where->metadata.end()) return PB_E_NOT_FOUND;
  value = there->second;
  return PB_OK;
}

pb_status registries::listen(std::string_view name, const listener& who) {
  const std::unique_lock lock(mutex_);
  registry* where = find_registry(name);
  if (where == nullptr) return PB_E_NOT_FOUND;
  where->listeners.push_back(who);
  return PB_OK;
}

bool registries::unlisten(pb_pid who, pb_ref monitor) {
  const std::unique_lock lock(mutex_);
  for (const auto& [name, where] : all_) {
    if (std::erase_if(where->listeners, [&](const listener& l) { return l.monitor == monitor && l.who == who; }) != 0) {
      return true;
    }
  }
  return false;
}

void registries::forget(pb_pid pid) {
  const std::unique_lock lock(mutex_);
  for (const auto& [name, where] : all_)
    std::erase_if(where->listeners, [&](const listener& l) { return l.who == pid; });
  const auto mine = owned_.find(pid);
  if (mine == owned_.end()) return;
  // A key that stands here twice has been taken out with its first mention.
  for (const auto& [where, key] : mine->second) take_out(*where, key, pid);
  owned_.erase(mine);
}

}  // namespace patchbay::process
