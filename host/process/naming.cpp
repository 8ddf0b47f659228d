#include "process/naming.hpp"

#include "process/parts.hpp"
#include "process/process.hpp"

namespace patchbay::process {

bool system::parts::enlist(pb_pid pid) {
  process* who = table.slot(pid);
  if (who == nullptr) return false;
  // One modification order: an end that took the mark away before this has closed the mailbox before that, and is seen below.
  who->enlisted_.exchange(true, std::memory_order_acq_rel);
  return who->inbox.live(generation_of(pid));
}

void system::parts::forget_names(process& ended) {
  if (!ended.enlisted_.exchange(false, std::memory_order_acq_rel)) return;
  registered.forget(ended.pid());
  grouped.forget(ended.pid());
}

void system::parts::tell(const listener& to, std::string bytes) {
  auto* letter = new message::mail(message::signal::info);
  letter->from.tag = to.monitor;
  letter->content.set_bytes(std::move(bytes), to.schema_fp, to.type_id);
  push(to.who, letter);
}

pb_pid system::parts::where(std::string_view name) const {
  const auto via = as_via(name);
  return via ? registered.find(via->registry, via->key) : local_names.find(name);
}

pb_status system::parts::take_name(std::string_view name, pb_pid pid, pb_pid& existing) {
  if (const auto via = as_via(name)) {
    const pb_status status = registered.enter(via->registry, via->key, pid, {}, existing);
    // A duplicate registry is no place for names.
    if (status != PB_OK || registered.find(via->registry, via->key) == pid) return status;
    registered.leave(via->registry, via->key, pid);
    return PB_E_BADARG;
  }
  if (name.empty() || name.size() > names::max_length) return PB_E_BADARG;
  existing = local_names.add(name, pid);
  return existing == 0 ? PB_OK : PB_E_ALREADY_REGISTERED;
}

void system::parts::give_name_back(std::string_view name, pb_pid pid) {
  if (const auto via = as_via(name)) {
    registered.leave(via->registry, via->key, pid);
  } else {
    local_names.remove(name, pid);
  }
}

const registries& naming::entries() const noexcept { return system_.parts_->registered; }
const groups& naming::all_groups() const noexcept { return system_.parts_->grouped; }

pb_status naming::begin(process*& here) const {
  if (refused_in_code_change()) return PB_E_IN_CODE_CHANGE;
  here = running_process();
  return here == nullptr ? PB_E_NO_PROCESS : PB_OK;
}

pb_status naming::new_registry(std::string_view registry, std::uint32_t kind) {
  if (refused_in_code_change()) return PB_E_IN_CODE_CHANGE;
  return system_.parts_->registered.make(registry, kind);
}

pb_status naming::put_meta(std::string_view registry, std::string_view key, std::string value) {
  if (refused_in_code_change()) return PB_E_IN_CODE_CHANGE;
  return system_.parts_->registered.put_meta(registry, key, std::move(value));
}

pb_status naming::join(std::string_view scope, std::string_view group, std::span<const pb_pid> processes) {
  if (refused_in_code_change()) return PB_E_IN_CODE_CHANGE;
  return system_.parts_->grouped.join(scope, group, processes);
}

pb_status naming::part(std::string_view scope, std::string_view group, std::span<const pb_pid> processes) {
  if (refused_in_code_change()) return PB_E_IN_CODE_CHANGE;
  return system_.parts_->grouped.part(scope, group, processes);
}

pb_status naming::enter(std::string_view registry, std::string_view key, std::string value, pb_pid& owner) {
  process* here = nullptr;
  if (const pb_status status = begin(here); status != PB_OK) return status;
  system_.parts_->enlist(here->pid());
  return system_.parts_->registered.enter(registry, key, here->pid(), std::move(value), owner);
}

pb_status naming::leave(std::string_view registry, std::string_view key) {
  process* here = nullptr;
  if (const pb_status status = begin(here); status != PB_OK) return status;
  return system_.parts_->registered.leave(registry, key, here->pid());
}

pb_status naming::update(std::string_view registry, std::string_view key, std::string value) {
  process* here = nullptr;
  if (const pb_status status = begin(here); status != PB_OK) return status;
  return system_.parts_->registered.update(registry, key, here->pid(), std::move(value));
}

pb_status naming::begin_listening(process*& here, const pb_type& change, const std::string& schema, listener& made) {
  if (const pb_status status = begin(here); status != PB_OK) return status;
  if (change.host_id == 0) return PB_E_NOT_IMPORTED;
  if (message::view(change.schema) != schema) return PB_E_BADARG;
  made = {system_.parts_->next_ref.fetch_add(1, std::memory_order_relaxed), here->pid(), change.schema_fp,
          change.host_id};
  system_.parts_->enlist(made.who);
  here->ties().listens.push_back(made.monitor);
  return PB_OK;
}

pb_status naming::listen(std::string_view registry, const pb_type& change, pb_ref& out) {
  process* here = nullptr;
  listener made;
  pb_status status = begin_listening(here, change, registries::change_schema(), made);
  if (status != PB_OK) return status;
  status = system_.parts_->registered.listen(registry, made);
  out = made.monitor;
  if (status != PB_OK) here->ties().listens.pop_back();
  return status;
}

pb_status naming::monitor_group(std::string_view scope, std::string_view group, const pb_type& change, pb_ref& out,
                                std::vector<group_member>& members) {
  process* here = nullptr;
  listener made;
  const pb_status status = begin_listening(here, change, groups::change_schema(), made);
  if (status != PB_OK) return status;
  out = made.monitor;
  members = system_.parts_->grouped.monitor(scope, group, made);
  return PB_OK;
}

pb_status naming::demonitor(pb_ref monitor) {
  process* here = nullptr;
  if (const pb_status status = begin(here); status != PB_OK) return status;
  // What has been sent already is dropped when its turn comes: message_loop looks here.
  if (std::erase(here->ties().listens, monitor) == 0) return PB_E_NOT_FOUND;
  if (!system_.parts_->grouped.demonitor(here->pid(), monitor)) {
    system_.parts_->registered.unlisten(here->pid(), monitor);
  }
  return PB_OK;
}

}  // namespace patchbay::process
