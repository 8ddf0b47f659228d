#pragma once
// OTP's pg: groups of processes.
#include <functional>
#include <map>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include <patchbay/abi.h>

#include "process/listener.hpp"

namespace patchbay::process {

struct group_member {
  std::string group;
  pb_pid pid = 0;
};

/// Invariants:
///  - A member is alive, or on its way through its end: join() sees under mutex_ that it lives after `enlist` has marked it, and the end of a
///    marked process calls forget(). So either the end sees the mark, or join() sees the end.
///  - joined_ has (scope, group) for each time that a process is a member.
///  - Monitors are told under mutex_, so in the order of the changes, and from the moment at which they learnt the members.
/// Thread: any.
class groups {
 public:
  static constexpr std::size_t max_length = 255;
  static const std::string& change_schema();

  /// `enlist`: marks a process, so that its end calls forget(); false: it lives no more.
  groups(teller tell, std::function<bool(pb_pid)> enlist) : tell_(std::move(tell)), enlist_(std::move(enlist)) {}

  pb_status join(std::string_view name, std::string_view group, std::span<const pb_pid> processes);
  pb_status part(std::string_view name, std::string_view group, std::span<const pb_pid> processes);
  [[nodiscard]] std::vector<group_member> members(std::string_view name, std::string_view group) const;
  [[nodiscard]] std::vector<std::string> names(std::string_view name) const;
  /// An empty group: all of the scope. Answers the members at that moment.
  std::vector<group_member> monitor(std::string_view name, std::string_view group, const listener& who);
  bool demonitor(pb_pid who, pb_ref monitor);
  /// The process has ended: it leaves all groups and monitors nothing.
  void forget(pb_pid pid);

 private:
  struct watch {
    std::string group;  // empty: all
    listener who;
  };
  struct scope {
    std::map<std::string, std::vector<pb_pid>, std::less<>> groups;
    std::vector<watch> watches;
  };
  static bool take_out(scope& from, std::string_view group, pb_pid pid);
  void tell(const scope& where, std::string_view group, std::span<const pb_pid> processes, bool joined) const;
  static void collect(const scope& from, std::string_view group, std::vector<group_member>& out);

  teller tell_;
  std::function<bool(pb_pid)> enlist_;
  mutable std::mutex mutex_;
  // Both guarded by mutex_.
  std::map<std::string, scope, std::less<>> scopes_;
  std::unordered_map<pb_pid, std::vector<std::pair<std::string, std::string>>> joined_;
};

}  // namespace patchbay::process
