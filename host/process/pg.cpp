#include "process/pg.hpp"

#include <algorithm>

namespace patchbay::process {

const std::string& groups::change_schema() {
  static const std::string schema =
      R"({"struct":[["monitor",{"enum":"u64"}],["group","string"],["processes",{"list":{"enum":"u64"}}],)"
      R"(["joined","bool"]]})";
  return schema;
}

void groups::tell(const scope& where, std::string_view group, std::span<const pb_pid> processes, bool joined) const {
  if (processes.empty()) return;
  for (const watch& each : where.watches) {
    if (!each.group.empty() && each.group != group) continue;
    std::string bytes;
    message::put_little(bytes, each.who.monitor);
    put_text(bytes, group);
    message::put_little(bytes, std::uint64_t{processes.size()});
    for (const pb_pid one : processes) message::put_little(bytes, one);
    bytes += joined ? '\1' : '\0';
    tell_(each.who, std::move(bytes));
  }
}

pb_status groups::join(std::string_view name, std::string_view group, std::span<const pb_pid> processes) {
  if (group.empty() || group.size() > max_length || name.size() > max_length) return PB_E_BADARG;
  const std::lock_guard lock(mutex_);
  auto found = scopes_.find(name);
  if (found == scopes_.end()) found = scopes_.try_emplace(std::string(name)).first;
  scope& where = found->second;
  std::vector<pb_pid> came;
  for (const pb_pid one : processes) {
    if (!enlist_(one)) continue;
    where.groups[std::string(group)].push_back(one);
    joined_[one].emplace_back(name, group);
    came.push_back(one);
  }
  tell(where, group, came, true);
  return PB_OK;
}

bool groups::take_out(scope& from, std::string_view group, pb_pid pid) {
  const auto there = from.groups.find(group);
  if (there == from.groups.end()) return false;
  const auto one = std::find(there->second.begin(), there->second.end(), pid);
  if (one == there->second.end()) return false;
  there->second.erase(one);
  if (there->second.empty()) from.groups.erase(there);
  return true;
}

pb_status groups::part(std::string_view name, std::string_view group, std::span<const pb_pid> processes) {
  if (group.empty()) return PB_E_BADARG;
  const std::lock_guard lock(mutex_);
  const auto found = scopes_.find(name);
  if (found == scopes_.end()) return PB_E_NOT_FOUND;
  std::vector<pb_pid> went;
  for (const pb_pid one : processes) {
    if (!take_out(found->second, group, one)) continue;
    went.push_back(one);
    const auto mine = joined_.find(one);
    const auto entry = std::find_if(mine->second.begin(), mine->second.end(),
                                    [&](const auto& each) { return each.first == name && each.second == group; });
    mine->second.erase(entry);
    if (mine->second.empty()) joined_.erase(mine);
  }
  if (went.empty()) return PB_E_NOT_FOUND;
  tell(found->second, group, went, false);
  return PB_OK;
}

void groups::collect(const scope& from, std::string_view group, std::vector<group_member>& out) {
  for (const auto& [name, processes] : from.groups) {
    if (!group.empty() && name != group) continue;
    for (const pb_pid one : processes) out.push_back({name, one});
  }
}

std::vector<group_member> groups::members(std::string_view name, std::string_view group) const {
  const std::lock_guard lock(mutex_);
  std::vector<group_member> out;
  if (const auto found = scopes_.find(name); found != scopes_.end()) collect(found->second, group, out);
  return out;
}

std::vector<std::string> groups::names(std::string_view name) const {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> out;
  const auto found = scopes_.find(name);
  if (found == scopes_.end()) return out;
  for (const auto& [group, processes] : found->second.groups) out.push_back(group);
  return out;
}

std::vector<group_member> groups::monitor(std::string_view name, std::string_view group, const listener& who) {
  const std::lock_guard lock(mutex_);
  auto found = scopes_.find(name);
  if (found == scopes_.end()) found = scopes_.try_emplace(std::string(name)).first;
  found->second.watches.push_back({std::string(group), who});
  std::vector<group_member> out;
  collect(found->second, group, out);
  return out;
}

bool groups::demonitor(pb_pid who, pb_ref monitor) {
  const std::lock_guard lock(mutex_);
  for (auto& [name, where] : scopes_) {
    if (std::erase_if(where.watches, [&](const watch& w) { return w.who.monitor == monitor && w.who.who == who; }) !=
        0) {
      return true;
    }
  }
  return false;
}

void groups::forget(pb_pid pid) {
  const std::lock_guard lock(mutex_);
  for (auto& [name, where] : scopes_) std::erase_if(where.watches, [&](const watch& w) { return w.who.who == pid; });
  const auto mine = joined_.find(pid);
  if (mine == joined_.end()) return;
  for (const auto& [name, group] : mine->second) {
    scope& where = scopes_.find(name)->second;
    take_out(where, group, pid);
    tell(where, group, {&pid, 1}, false);
  }
  joined_.erase(mine);
}

}  // namespace patchbay::process
