#pragma once
// OTP's pg: groups of processes, in scopes. A process may join a group more than once and leaves as often; all that it has joined it leaves when it
// ends. A scope exists as soon as it is named; the default one is empty. Functions throw status_error (PB_E_BADARG: an empty group, IN_CODE_CHANGE).
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <patchbay/abi.h>
#include <patchbay/message.hpp>
#include <patchbay/pid.hpp>
#include <patchbay/registry.hpp>
#include <patchbay/serial/field.hpp>
#include <patchbay/signals.hpp>
#include <patchbay/status.hpp>
#include <patchbay/table/host_table.hpp>
#include <patchbay/table/message_types.hpp>
#include <patchbay/table/texts.hpp>

namespace patchbay::pg {

PATCHBAY_MESSAGES_OF("patchbay", "pg")

/// {Ref, join | leave, Group, [Pid]}, in handle_info: `infos = messages<pg::change>`.
struct change {
  monitor_ref monitor = monitor_ref::none;
  std::string group;
  std::vector<pid> processes;
  bool joined = false;  ///< or left
  void serialize(auto& ar) {
    ar(PATCHBAY_FIELD(monitor), PATCHBAY_FIELD(group), PATCHBAY_FIELD(processes), PATCHBAY_FIELD(joined));
  }
};

namespace detail {
using namespace registry::detail;
inline std::vector<pb_pid> raw(std::span<const pid> processes) {
  std::vector<pb_pid> all;
  all.reserve(processes.size());
  for (const pid one : processes) all.push_back(static_cast<pb_pid>(one));
  return all;
}
using member_list = std::vector<std::pair<std::string, pid>>;
inline void add_member(void* context, pb_str group, pb_pid process) {
  static_cast<member_list*>(context)->emplace_back(to_view(group), static_cast<pid>(process));
}
inline std::pair<monitor_ref, member_list> monitor(std::string_view scope, std::string_view group) {
  pb_ref made = 0;
  member_list members;
  check(api().monitor_group(host_table, to_str(scope), to_str(group), &patchbay::detail::message_cell<change>, &made,
                            &members, &add_member),
        what("pg::monitor", group));
  return {static_cast<monitor_ref>(made), std::move(members)};
}
}  // namespace detail

/// pg:join/2,3, once for each time that a process stands in the list. The dead do not join.
inline void join(std::string_view group, std::span<const pid> processes, std::string_view scope = {}) {
  const auto all = detail::raw(processes);
  detail::check(
      detail::api().join(detail::host_table, detail::to_str(scope), detail::to_str(group), all.data(), all.size()),
      detail::what("pg::join", group));
}
inline void join(std::string_view group, pid process, std::string_view scope = {}) {
  join(group, std::span(&process, 1), scope);
}
/// pg:leave/2,3. False: not_joined.
inline bool leave(std::string_view group, std::span<const pid> processes, std::string_view scope = {}) {
  const auto all = detail::raw(processes);
  const auto status =
      detail::api().part(detail::host_table, detail::to_str(scope), detail::to_str(group), all.data(), all.size());
  if (status == PB_E_NOT_FOUND) return false;
  detail::check(status, detail::what("pg::leave", group));
  return true;
}
inline bool leave(std::string_view group, pid process, std::string_view scope = {}) {
  return leave(group, std::span(&process, 1), scope);
}
/// pg:get_members/1,2: one for each time that it has joined.
inline std::vector<pid> get_members(std::string_view group, std::string_view scope = {}) {
  detail::member_list found;
  detail::check(detail::api().members(detail::host_table, detail::to_str(scope), detail::to_str(group), &found,
                                      &detail::add_member),
                detail::what("pg::get_members", group));
  std::vector<pid> processes;
  for (const auto& [name, process] : found) processes.push_back(process);
  return processes;
}
/// pg:which_groups/0,1: those that have members.
inline std::vector<std::string> which_groups(std::string_view scope = {}) {
  std::vector<std::string> names;
  detail::check(
      detail::api().groups(detail::host_table, detail::to_str(scope), &names,
                           [](void* context, pb_str group) {
                             static_cast<std::vector<std::string>*>(context)->emplace_back(detail::to_view(group));
                           }),
      "pg::which_groups");
  return names;
}

/// A monitor, and who the members were at that moment: what changed after comes as `change`.
struct monitored {
  monitor_ref monitor = monitor_ref::none;
  std::vector<pid> members;
};
/// pg:monitor/1,2. Only in a handler, as monitor_scope and demonitor.
inline monitored monitor(std::string_view group, std::string_view scope = {}) {
  if (group.empty()) detail::check(PB_E_BADARG, "pg::monitor of a group without a name");
  auto [made, members] = detail::monitor(scope, group);
  monitored out{made, {}};
  for (const auto& [name, process] : members) out.members.push_back(process);
  return out;
}
/// pg:monitor_scope/0,1: (group, member) for each time that one has joined.
inline std::pair<monitor_ref, std::vector<std::pair<std::string, pid>>> monitor_scope(std::string_view scope = {}) {
  return detail::monitor(scope, {});
}
/// pg:demonitor/1: after it no change of this monitor is handled. False: there is no such monitor.
inline bool demonitor(monitor_ref monitor) {
  const auto status = detail::api().demonitor_group(detail::host_table, static_cast<pb_ref>(monitor));
  if (status == PB_E_NOT_FOUND) return false;
  detail::check(status, "pg::demonitor");
  return true;
}

}  // namespace patchbay::pg
