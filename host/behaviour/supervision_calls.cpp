// supervisor:which_children and its kin.
#include <utility>

#include "behaviour/args.hpp"
#include "behaviour/supervision.hpp"
#include "behaviour/supervisor_report.hpp"

namespace patchbay::behaviour {
namespace {

error not_found(const child_name& which, const process::process& self) {
  return {"not_found", "not_found: " + supervisor_name(self) + " has no child " +
                           (which.id.empty() ? process::pid_text(which.pid) : which.id)};
}

error without_ids(const process::process& self) {
  return {"simple_one_for_one", "simple_one_for_one: the children of " + supervisor_name(self) +
                                    " have no ids; name one by its pid, to terminate it"};
}

}  // namespace

std::vector<child_info> supervision::which_children() const {
  std::vector<child_info> list;
  list.reserve(children_.in_order().size());
  const bool many = flags_.many();
  for (auto next = children_.in_order().rbegin(); next != children_.in_order().rend(); ++next) {
    const child_spec& spec = next->spec;
    list.push_back({many ? "undefined" : spec.id, next->pid, next->restarting, spec.type, spec.restart, spec.module,
                    spec.application, spec.name});
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
  if (template_) counts.specs = 1;
  return counts;
}

outcome<child*> supervision::find_child(const child_name& which) {
  if (flags_.many()) {
    if (!which.id.empty()) return without_ids(self_);
    if (child* known = children_.known_as(which.pid)) return known;
    return not_found(which, self_);
  }
  child* found = which.id.empty() ? nullptr : children_.find(which.id);
  if (found == nullptr) return not_found(which, self_);
  return found;
}

outcome<child_spec> supervision::get_childspec(const child_name& which) {
  if (template_ && which.id == template_->id) return *template_;
  if (flags_.many() && !which.id.empty()) return not_found(which, self_);
  const auto found = find_child(which);
  if (!found) return found.failure();
  return template_ ? *template_ : (*found)->spec;
}

outcome<pb_pid> supervision::start_child(child_request what, pb_pid& existing) {
  existing = 0;
  if (template_) {
    if (const auto args = args_table::parse(what.args_json); !args) {
      return error{"start_spec", "{invalid_args," + template_->id + "," + args.failure().text + "}"};
    }
    child_spec spec = *template_;
    spec.args_json = std::move(what.args_json);
    return start_dynamic(std::move(spec), existing);
  }
  if (!what.spec) return what.spec.failure();
  child_spec spec = std::move(what.spec.value());
  if (spec.application.empty()) spec.application = self_.code().application();
  if (auto fits = check_significant(spec, flags_.auto_shutdown); !fits) return fits.failure();
  return flags_.dynamic ? start_dynamic(std::move(spec), existing) : start_static(std::move(spec), existing);
}

error supervision::start_error(const started& result) {
  if (result.existing != 0) {
    return {"already_started", "{already_started," + process::pid_text(result.existing) + "}"};
  }
  return {"start_error", result.why.words()};
}

outcome<pb_pid> supervision::start_static(child_spec spec, pb_pid& existing) {
  if (const child* there = children_.find(spec.id)) {
    if (there->pid == 0 && !there->restarting) {
      return error{"already_present",
                   "already_present: " + spec.id + " does not run; restart_child or delete_child it"};
    }
    existing = there->pid;
    if (existing == 0) return error{"already_started", "{already_started,{restarting,_}}: " + spec.id};
    return error{"already_started", "{already_started," + process::pid_text(existing) + "}"};
  }
  child& added = children_.add(std::move(spec));
  const started result = start(added);
  const pb_pid pid = added.pid;
  if (!result.ok) {
    report("start_error", result.why, added);
    children_.erase(added);
    existing = result.existing;
    return start_error(result);
  }
  if (pid == 0 && added.spec.restart == restart_type::temporary) children_.erase(added);
  return pid;
}

outcome<pb_pid> supervision::start_dynamic(child_spec spec, pb_pid& existing) {
  if (children_.in_order().size() >= flags_.max_children) {
    return error{"max_children",
                 "max_children: " + supervisor_name(self_) + " has its " + std::to_string(flags_.max_children)};
  }
  child& added = children_.add(std::move(spec));
  const started result = start(added);
  const pb_pid pid = added.pid;
  if (result.ok && pid != 0) return pid;
  if (!result.ok) report("start_error", result.why, added);
  children_.erase(added);
  if (result.ok) return pid;
  existing = result.existing;
  return start_error(result);
}

outcome<void> supervision::terminate_child(const child_name& which) {
  const auto found = find_child(which);
  if (!found) return found.failure();
  stop(**found);
  drop(**found);
  return {};
}

outcome<child*> supervision::stopped_child(std::string_view id) {
  if (flags_.many()) return without_ids(self_);
  const auto found = find_child({std::string(id), 0});
  if (!found) return found.failure();
  const child& which = **found;
  if (which.pid != 0) return error{"running", "running: " + which.spec.id + " is " + process::pid_text(which.pid)};
  if (which.restarting) return error{"restarting", "restarting: " + which.spec.id + " is being restarted"};
  return *found;
}

outcome<pb_pid> supervision::restart_child(std::string_view id) {
  const auto found = stopped_child(id);
  if (!found) return found.failure();
  child& which = **found;
  const started result = start(which);
  if (result.ok) return which.pid;
  report("start_error", result.why, which);
  return start_error(result);
}

outcome<void> supervision::delete_child(std::string_view id) {
  const auto found = stopped_child(id);
  if (!found) return found.failure();
  children_.erase(**found);
  return {};
}

std::string supervision::get_callback_module() const { return self_.code().application() + "/" + self_.code().name(); }

outcome<void> supervision::resize(std::size_t partitions) {
  const auto numbered = [this](std::size_t number) { return children_.find(std::to_string(number)); };
  std::size_t most = 0;
  while (flags_.partitions && numbered(most) != nullptr) ++most;
  if (!flags_.partitions || partitions > most) {
    return error{"badarg", "badarg: " + supervisor_name(self_) + " has " + std::to_string(most) +
                               " partitions; it cannot be resized to " + std::to_string(partitions)};
  }
  // No key is sent to a partition that is about to stop; none to one that does not run yet.
  const std::size_t now = context_.partitions->size(self_.pid());
  if (partitions < now) context_.partitions->resize(self_.pid(), partitions);
  for (std::size_t next = now; next > partitions; --next) stop(*numbered(next - 1));
  for (std::size_t next = now; next < partitions; ++next) {
    child& which = *numbered(next);
    if (which.pid != 0 || which.restarting) continue;
    if (const started result = start(which); !result.ok) {
      report("start_error", result.why, which);
      return start_error(result);
    }
  }
  context_.partitions->resize(self_.pid(), partitions);
  return {};
}

}  // namespace patchbay::behaviour
