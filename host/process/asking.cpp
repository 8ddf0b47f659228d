// Asking a process under its token: what sys's functions are made of.
#include "process/lifecycle.hpp"
#include "process/parts.hpp"
#include "process/process.hpp"
#include "process/waiting.hpp"

namespace patchbay::process {

asked system::ask(pb_pid pid, std::function<asked(process&)> what, milliseconds timeout) {
  if (refused_in_code_change()) return {PB_E_IN_CODE_CHANGE, "in_code_change", {}};
  process* callee = parts_->table.slot(pid);
  if (callee == nullptr) return {PB_E_NOPROC, "noproc", {}};
  scheduler::thread_context* self = thread_of(parts_->scheduler);
  if (self != nullptr) {
    const process* here = running_process();
    if (here != nullptr && here->pid() == pid) return {PB_E_CALLING_SELF, "calling_self", {}};
    if (!parts_->scheduler.begin_blocking(*self)) {
      return {PB_E_OVERLOADED, "overloaded: every spare thread waits in a call already", {}};
    }
  }
  reply_slot* slot = parts_->replies.open();
  if (slot == nullptr) return {PB_E_OVERLOADED, "overloaded: too many calls wait", {}};
  const std::uint64_t tag = reply_table::tag(*slot);
  parts* everything = parts_.get();
  auto* question = new system_message([everything, tag, ask = std::move(what)](process* p) {
    if (p == nullptr) {
      everything->deliver(tag, {PB_E_NOPROC, PB_EXIT_NOPROC, "noproc", {}});
      return;
    }
    asked answer = ask(*p);
    delivery told{answer.status, 0, std::move(answer.text), {}};
    told.content.set_bytes(std::move(answer.bytes), 0, 0);
    everything->deliver(tag, std::move(told));
  });
  // A handler that blocks its thread has to end before a swap: whom it asks goes on behind a draining gate.
  if (self != nullptr) parts_->count_awaited(*slot, *callee);
  if (parts_->push(*callee, generation_of(pid), question) && self != nullptr) parts_->recall(*callee);
  if (!wait_for_reply(*parts_, *slot, timeout) && parts_->replies.abandon(*slot)) return {PB_E_TIMEOUT, "timeout", {}};
  asked answer{slot->status, std::move(slot->text), slot->content.bytes()};
  parts_->replies.close(*slot);
  return answer;
}

}  // namespace patchbay::process
