// cast, info, send_request, timers.
#include "process/parts.hpp"
#include "process/process.hpp"
#include "process/waiting.hpp"

namespace patchbay::process {
namespace {

/// The reply to a request as the running code declares it: that code may be of another generation than what sent it.
const pb_type* reply_form(const reply_slot& slot) noexcept {
  const process* here = running_code();
  if (here != nullptr) {
    const pb_module& table = here->code().table();
    for (std::size_t i = 0; i < table.import_count; ++i) {
      const pb_import& each = *table.imports[i];
      if (each.kind == PB_KIND_CALL && each.type->host_id == slot.type_id) return each.reply;
    }
    for (std::size_t i = 0; i < table.message_count; ++i) {
      const pb_message& each = *table.messages[i];
      if (each.kind == PB_KIND_CALL && each.type->host_id == slot.type_id) return each.reply;
    }
  }
  // What another module of the plugin imports.
  return slot.maker == maker_here() ? slot.reply_type : nullptr;
}

}  // namespace

pb_status system::post(const pb_target& to, message::signal kind, const pb_type& type, void* object,
                       const pb_sink* error) {
  if (refused_in_code_change()) return PB_E_IN_CODE_CHANGE;
  if (type.host_id == 0) return PB_E_NOT_IMPORTED;
  const pb_pid pid = parts_->resolve(to);
  if (pid == 0) return PB_OK;  // as in OTP: sending to nobody is no error
  const process* receiver = kind == message::signal::cast ? parts_->table.slot(pid) : nullptr;
  if (receiver != nullptr && parts_->full(*receiver, generation_of(pid))) {
    say(error, "overloaded: the mailbox of " + pid_text(pid) + " is at its module's max_mailbox");
    return PB_E_OVERLOADED;
  }
  auto* letter = new message::mail(kind);
  letter->sender = self();
  if (!letter->content.set_object(type, object, maker_here())) {
    delete letter;
    return PB_E_NOMEM;
  }
  parts_->push(pid, letter);
  return PB_OK;
}

pb_status system::send_request(const pb_target& to, const pb_type& request_type, void* request,
                               const pb_type& reply_type, pb_ref& out, const pb_sink* error) {
  if (refused_in_code_change()) return PB_E_IN_CODE_CHANGE;
  if (request_type.host_id == 0 || reply_type.host_id == 0) return PB_E_NOT_IMPORTED;
  process* here = running_process();
  if (here == nullptr) return PB_E_NO_PROCESS;
  const pb_pid pid = parts_->resolve(to);
  if (const process* receiver = parts_->table.slot(pid);
      pid != 0 && receiver != nullptr && parts_->full(*receiver, generation_of(pid))) {
    say(error, "overloaded: the mailbox of " + pid_text(pid) + " is at its module's max_mailbox");
    return PB_E_OVERLOADED;
  }
  reply_slot* slot = parts_->replies.open(here->pid());
  if (slot == nullptr) return PB_E_OVERLOADED;
  slot->type_id = request_type.host_id;
  slot->reply_type = &reply_type;
  slot->maker = maker_here();
  out = reply_table::tag(*slot);
  remember(here->ties().requests, parts_->replies, out);
  slot->asked = pid;
  auto* letter = new message::mail(message::signal::call);
  letter->sender = here->pid();
  letter->from = {here->pid(), out};
  if (!letter->content.set_object(request_type, request, maker_here())) {
    delete letter;
    parts_->replies.close(*slot);
    return PB_E_NOMEM;
  }
  // What a coroutine in flight asks for has to come before a swap can switch it.
  process* asked = pid == 0 || !here->drains() ? nullptr : parts_->table.slot(pid);
  if (asked != nullptr) parts_->count_awaited(*slot, *asked);
  // To nobody: the answer is an error that comes as a response, as in OTP.
  if (pid == 0) delete letter;
  if (pid == 0 || !parts_->push(pid, letter)) {
    parts_->deliver(out, {PB_E_NOPROC, PB_EXIT_NOPROC, "noproc", {}});
  } else if (asked != nullptr) {
    parts_->recall(*asked);
  }
  return PB_OK;
}

pb_status system::receive_response(pb_ref request, milliseconds timeout, bool abandon, void* reply_storage,
                                   const pb_sink* error) {
  if (refused_in_code_change()) return PB_E_IN_CODE_CHANGE;
  process* here = running_process();
  if (here == nullptr) return PB_E_NO_PROCESS;
  reply_slot* slot = parts_->replies.find(request);
  if (slot == nullptr || slot->owner != here->pid()) return PB_E_BADARG;
  if (!slot->delivered()) {
    if (timeout == milliseconds::zero()) {
      if (!abandon) return PB_E_NO_REPLY;
    } else if (!parts_->scheduler.begin_blocking(*scheduler::this_thread())) {
      return PB_E_OVERLOADED;
    }
    if (timeout != milliseconds::zero()) parts_->await_asked(*slot);
    if (timeout == milliseconds::zero() || !wait_for_reply(*parts_, *slot, timeout)) {
      if (!abandon || parts_->replies.abandon(*slot)) return PB_E_TIMEOUT;
    }
  }
  pb_status status = slot->status;
  if (status == PB_OK && slot->type_id != 0) {
    const pb_type* form = reply_form(*slot);
    status = form == nullptr ? PB_E_UNDEF_MESSAGE : slot->content.convert(*form, reply_storage, error);
    if (form == nullptr) say(error, "undef_message: this version does not import what the old one had asked");
  } else if (status != PB_OK) {
    say(error, slot->text);
  }
  // The response in the mailbox finds no slot of its tag any more, and is dropped.
  parts_->replies.close(*slot);
  return status;
}

pb_status system::send_after(const pb_target& to, milliseconds delay, const pb_type& type, void* object, pb_ref& out,
                             const pb_sink*) {
  if (refused_in_code_change()) return PB_E_IN_CODE_CHANGE;
  if (type.host_id == 0) return PB_E_NOT_IMPORTED;
  if (to.pid == 0 && to.name.size == 0) return PB_E_BADARG;
  auto letter =
      std::make_shared<std::unique_ptr<message::mail>>(std::make_unique<message::mail>(message::signal::info));
  (*letter)->sender = self();
  if (!(*letter)->content.set_object(type, object, maker_here())) return PB_E_NOMEM;
  parts* everything = parts_.get();
  // As erlang:send_after: a name is looked up when the timer fires.
  out = parts_->scheduler.timer_queue().add(
      deadline_after(delay), [everything, pid = to.pid, name = std::string(message::view(to.name)), letter] {
        const pb_pid receiver = pid != 0 ? pid : everything->where(name);
        if (receiver != 0) everything->push(receiver, letter->release());
      });
  return PB_OK;
}

pb_status system::cancel_timer(pb_ref timer, std::uint64_t* left_ms) {
  if (refused_in_code_change()) return PB_E_IN_CODE_CHANGE;
  const auto left = parts_->scheduler.timer_queue().cancel(timer);
  if (!left) return PB_E_BADARG;
  if (left_ms != nullptr) {
    *left_ms = static_cast<std::uint64_t>(std::chrono::duration_cast<milliseconds>(*left).count());
  }
  return PB_OK;
}

}  // namespace patchbay::process
