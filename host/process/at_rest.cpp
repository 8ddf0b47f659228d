// Processes that are at rest, run by whoever finds them so.
#include "process/parts.hpp"

namespace patchbay::process {

system::reached system::try_run_on(pb_pid pid, const std::function<void(process&)>& what) {
  process* p = parts_->table.slot(pid);
  if (p == nullptr) return reached::gone;
  scheduler::thread_context& thread = *scheduler::this_thread();
  switch (p->inbox.try_acquire(generation_of(pid))) {
    case mailbox::acquired::closed:
      return reached::gone;
    case mailbox::acquired::busy:
      return reached::busy;
    case mailbox::acquired::yes:
      break;
  }
  if (!thread.enter(*p)) {
    if (!p->inbox.try_release()) parts_->scheduler.defer(*p);
    return reached::busy;
  }
  thread.begin_handler(0);  // for the watchdog
  what(*p);
  parts_->release(*p, thread);
  return reached::yes;
}

}  // namespace patchbay::process
