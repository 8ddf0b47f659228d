// Questions: a behaviour's own protocol, ordered and answered as calls are.
#include "process/lifecycle.hpp"
#include "process/parts.hpp"
#include "process/waiting.hpp"

namespace patchbay::process {

system::answered system::question(const pb_target& to, std::function<void(process&, std::uint64_t)> ask,
                                  milliseconds timeout) {
  const auto failed = [](pb_status status, std::string text = {}) { return answered{status, std::move(text), {}}; };
  if (refused_in_code_change()) return failed(PB_E_IN_CODE_CHANGE);
  const pb_pid pid = parts_->resolve(to);
  process* asked = pid == 0 ? nullptr : parts_->table.slot(pid);
  if (asked == nullptr) return failed(PB_E_NOPROC);
  if (pid == self()) return failed(PB_E_CALLING_SELF);
  scheduler::thread_context* thread = thread_of(parts_->scheduler);
  if (thread != nullptr && !parts_->scheduler.begin_blocking(*thread)) {
    return failed(PB_E_OVERLOADED, "every spare thread waits in a call already");
  }
  reply_slot* slot = parts_->replies.open();
  if (slot == nullptr) return failed(PB_E_OVERLOADED);
  auto* envelope = new question_message(reply_table::tag(*slot), std::move(ask));
  envelope->sender = self();
  // As a blocking call: what the receiver needs for its answer goes on behind a draining gate.
  if (thread != nullptr) parts_->count_awaited(*slot, *asked);
  if (!parts_->push(*asked, generation_of(pid), envelope)) {
    parts_->replies.close(*slot);
    return failed(PB_E_NOPROC);
  }
  if (thread != nullptr) parts_->recall(*asked);
  if (!wait_for_reply(*parts_, *slot, timeout) && parts_->replies.abandon(*slot)) return failed(PB_E_TIMEOUT);
  answered got{slot->status, std::move(slot->text), std::move(slot->content)};
  parts_->replies.close(*slot);
  return got;
}

pb_status system::pass_question(pb_pid to, std::uint64_t tag, std::function<void(process&, std::uint64_t)> ask) {
  auto* envelope = new question_message(tag, std::move(ask));
  envelope->sender = self();
  return parts_->push(to, envelope) ? PB_OK : PB_E_NOPROC;
}

}  // namespace patchbay::process
