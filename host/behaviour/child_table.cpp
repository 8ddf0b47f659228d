#include "behaviour/child_table.hpp"

#include <utility>

namespace patchbay::behaviour {

child& child_table::add(child_spec spec) {
  const auto added = children_.insert(children_.end(), child{std::move(spec), 0, false});
  by_id_.emplace(added->spec.id, added);
  return *added;
}

void child_table::erase(child& gone) {
  set_pid(gone, 0);
  const auto entry = by_id_.find(gone.spec.id);
  const auto place = entry->second;
  by_id_.erase(entry);
  children_.erase(place);
}

child* child_table::find(std::string_view id) {
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? nullptr : &*found->second;
}

child* child_table::running_as(pb_pid pid) {
  const auto found = by_pid_.find(pid);
  return found == by_pid_.end() ? nullptr : found->second;
}

void child_table::set_pid(child& which, pb_pid pid) {
  if (which.pid != 0) by_pid_.erase(which.pid);
  which.pid = pid;
  if (pid != 0) by_pid_.emplace(pid, &which);
}

}  // namespace patchbay::behaviour
