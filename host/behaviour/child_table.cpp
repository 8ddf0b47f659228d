#include "behaviour/child_table.hpp"

#include <algorithm>
#include <utility>

namespace patchbay::behaviour {

void child_table::index(list::iterator added) {
  by_serial_.emplace(added->serial, added);
  if (with_ids_) by_id_.emplace(added->spec.id, &*added);
  if (added->pid != 0) by_pid_.emplace(added->pid, &*added);
}

child& child_table::add(child_spec spec) {
  const auto added = children_.insert(children_.end(), child{std::move(spec), next_serial_++, 0, 0, false});
  index(added);
  return *added;
}

void child_table::carry_over(const child& from, child_spec spec) {
  index(
      children_.insert(children_.end(), child{std::move(spec), from.serial, from.pid, from.last_pid, from.restarting}));
}

void child_table::erase(child& gone) {
  set_pid(gone, 0);
  if (with_ids_) by_id_.erase(gone.spec.id);
  const auto entry = by_serial_.find(gone.serial);
  const auto place = entry->second;
  by_serial_.erase(entry);
  children_.erase(place);
}

child* child_table::find(std::string_view id) {
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? nullptr : found->second;
}

child* child_table::running_as(pb_pid pid) {
  const auto found = by_pid_.find(pid);
  return found == by_pid_.end() ? nullptr : found->second;
}

child* child_table::known_as(pb_pid pid) {
  if (pid == 0) return nullptr;
  if (child* running = running_as(pid)) return running;
  const auto found = std::find_if(children_.begin(), children_.end(),
                                  [pid](const child& each) { return each.restarting && each.last_pid == pid; });
  return found == children_.end() ? nullptr : &*found;
}

child* child_table::by_serial(std::uint64_t serial) {
  const auto found = by_serial_.find(serial);
  return found == by_serial_.end() ? nullptr : &*found->second;
}

void child_table::set_pid(child& which, pb_pid pid) {
  if (which.pid != 0) by_pid_.erase(which.pid);
  which.pid = pid;
  if (pid == 0) return;
  which.last_pid = pid;
  by_pid_.emplace(pid, &which);
}

}  // namespace patchbay::behaviour
