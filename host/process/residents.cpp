// A process that runs others' code on its own thread and behalf: gen_event's manager and its handlers.
#include "process/lifecycle.hpp"
#include "process/parts.hpp"
#include "process/waiting.hpp"

namespace patchbay::process {

// Invariants:
//  - A resident is a process: its generation lists it, the swap finds, migrates and re-codes it as any other. Its code runs only on a thread that
//    holds its token and has entered it, so behind its own gate; `self` stays behind a gate of its own, which no swap closes.
//  - `later` is said only after a message for `self` lies in the resident's mailbox. Whoever holds the resident's token, or takes it when the gate
//    opens, reads that and alarms `self`; where the resident ends first, the message's end does. So a flight that waits is always resumed.
//  - What is awaited from `self` behind a draining gate is awaited from the resident that it waits for: that one is counted too (lent), so the gate
//    lets it pass. `self` may become awaited while it naps: recall() then alarms it (hears_awaited), and it comes here again.
//  - lent is lowered when that resident has been left, given up or found gone: at most one at a time.
system::entered system::enter_resident(process& self, pb_pid resident) {
  process* p = parts_->table.slot(resident);
  if (p == nullptr || !p->inbox.live(generation_of(resident))) {
    give_up_resident(self);
    return entered::gone;
  }
  bonds& ties = self.ties();
  if (ties.lent == nullptr && self.awaited.load(std::memory_order_seq_cst) != 0) {
    ties.lent = p;
    p->awaited.fetch_add(1, std::memory_order_seq_cst);
    parts_->recall(*p);
  }
  scheduler::thread_context& thread = *scheduler::this_thread();
  switch (p->inbox.try_acquire(generation_of(resident))) {
    case mailbox::acquired::closed:
      give_up_resident(self);
      return entered::gone;
    case mailbox::acquired::busy:
      break;
    case mailbox::acquired::yes:
      if (thread.enter(*p)) {
        p->stands_for_ = &self;
        return entered::yes;
      }
      if (!p->inbox.try_release()) parts_->scheduler.defer(*p);
  }
  (void)run_on(resident, [everything = parts_.get(), waiting = self.pid()](process*) {
    if (process* told = everything->table.slot(waiting)) everything->alarm(*told);
  });
  return entered::later;
}

void system::leave_resident(process& self, process& resident) {
  scheduler::thread_context& thread = *scheduler::this_thread();
  resident.stands_for_ = nullptr;
  if (resident.stopping()) {
    lifecycle(*this).end(resident, thread);
  } else {
    parts_->release(resident, thread);
  }
  give_up_resident(self);
}

bool system::wait_for_resident(pb_pid resident) {
  reply_slot* slot = parts_->replies.open();
  if (slot == nullptr) return false;
  const std::uint64_t tag = reply_table::tag(*slot);
  (void)run_on(resident, [everything = parts_.get(), tag](process*) { everything->deliver(tag, {PB_OK, 0, {}, {}}); });
  if (scheduler::thread_context* thread = thread_of(parts_->scheduler)) {
    // Refused: this thread keeps its queue and waits all the same; others steal from it.
    (void)parts_->scheduler.begin_blocking(*thread);
  }
  const bool told = wait_for_reply(*parts_, *slot, infinity) && slot->status == PB_OK;
  parts_->replies.close(*slot);
  return told;
}

void system::give_up_resident(process& self) noexcept {
  bonds* ties = self.ties_if_any();
  if (ties == nullptr || ties->lent == nullptr) return;
  std::exchange(ties->lent, nullptr)->awaited.fetch_sub(1, std::memory_order_seq_cst);
}

}  // namespace patchbay::process
