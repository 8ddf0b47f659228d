// supervisor:which_children and its kin.
#include <algorithm>
#include <utility>

#include "behaviour/supervision.hpp"
#include "behaviour/supervisor_report.hpp"

namespace patchbay::behaviour {
namespace {

error not_found(std::string_view id, const process::process& self) {
  return {"not_found", "not_found: " + supervisor_name(self) + " has no child " + std::string(id)};
}

}  // namespace

std::vector<child_info> supervision::which_children() const {
  std::vector<child_info> list;
  list.reserve(children_.in_order().size());
  for (auto next = children_.in_order().rbegin(); next != children_.in_order().rend(); ++next) {
    const child_spec& spec = next->spec;
    list.push_back(
        {spec.id, next->pid, next->restarting, spec.type, spec.restart, spec.module, spec.application, spec.name});
  }
  return list;
}

child_counts supervision::count_children() const {
  child_counts counts;
  for (const child& each : children_.in_order()) {
    ++counts.specs;
    if (each.pid != 0) ++counts.active;
    ++(each.spec.type == child_type::supervisor ? counts.supervisors : counts.workers);
  }
  return counts;
}

outcome<child_spec> supervision::get_childspec(std::string_view id) {
  const child* found = children_.find(id);
  if (found == nullptr) return not_found(id, self_);
  return found->spec;
}

outcome<pb_pid> supervision::start_child(child_spec spec) {
  if (const child* there = children_.find(spec.id)) {
    if (there->pid == 0) {
      return error{"already_present",
                   "already_present: " + spec.id + " does not run; restart_child or delete_child it"};
    }
    return error{"already_started", "{already_started," + process::pid_text(there->pid) + "}"};
  }
  child& added = children_.add(std::move(spec));
  const started result = start(added);
  const pb_pid pid = added.pid;
  if (!result.ok) {
    report("start_error", result.why, added);
    children_.erase(added);
    return error{"start_error", result.why.words()};
  }
  if (pid == 0 && added.spec.restart == restart_type::temporary) children_.erase(added);
  return pid;
}

outcome<void> supervision::terminate_child(std::string_view id) {
  child* found = children_.find(id);
  if (found == nullptr) return not_found(id, self_);
  stop(*found);
  if (found->spec.restart == restart_type::temporary) children_.erase(*found);
  return {};
}

outcome<child*> supervision::stopped_child(std::string_view id) {
  child* found = children_.find(id);
  if (found == nullptr) return not_found(id, self_);
  if (found->pid != 0) return error{"running", "running: " + std::string(id) + " is " + process::pid_text(found->pid)};
  if (found->restarting) return error{"restarting", "restarting: " + std::string(id) + " is being restarted"};
  return found;
}

outcome<pb_pid> supervision::restart_child(std::string_view id) {
  const auto found = stopped_child(id);
  if (!found) return found.failure();
  child& which = **found;
  const started result = start(which);
  if (result.ok) return which.pid;
  report("start_error", result.why, which);
  return error{"start_error", result.why.words()};
}

outcome<void> supervision::delete_child(std::string_view id) {
  const auto found = stopped_child(id);
  if (!found) return found.failure();
  children_.erase(**found);
  return {};
}

}  // namespace patchbay::behaviour
