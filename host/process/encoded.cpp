// Calls from outside whose messages are bytes, and looks at a process's state.
#include "process/lifecycle.hpp"
#include "process/parts.hpp"
#include "process/process.hpp"
#include "process/waiting.hpp"

namespace patchbay::process {
namespace {

error failure(pb_status status, const std::string& text, pb_pid pid) {
  switch (status) {
    case PB_E_TIMEOUT:
      return {"timeout", pid_text(pid) + " did not answer in time"};
    case PB_E_NOPROC:
      return {"noproc", pid_text(pid) + " is no process any more"};
    case PB_E_EXIT:
      return {"exit", "the process ended before it answered: " + text};
    case PB_E_UNDEF_MESSAGE:
      return {"undef_message", text.empty() ? "the receiver takes no such message in this form" : text};
    case PB_E_SHUTTING_DOWN:
      return {"shutdown", "the host is stopping"};
    case PB_E_OVERLOADED:
      return {"overloaded", "too many calls wait; try again when some have been answered"};
    default:
      return {"call_failed", text.empty() ? "status " + std::to_string(status) : text};
  }
}

std::string_view view_of(const pb_str& s) { return {s.data, s.size}; }

}  // namespace

outcome<encoded> system::call_encoded(pb_pid to, std::string_view message, std::uint64_t schema_fp, std::string bytes,
                                      milliseconds timeout) {
  const process* receiver = parts_->table.slot(to);
  if (receiver != nullptr && parts_->full(*receiver, generation_of(to))) return failure(PB_E_OVERLOADED, {}, to);
  reply_slot* slot = parts_->replies.open();
  if (slot == nullptr) return failure(PB_E_OVERLOADED, {}, to);
  auto* letter = new message::mail(message::signal::call);
  letter->from = {0, reply_table::tag(*slot)};
  letter->content.set_bytes(std::move(bytes), schema_fp, parts_->types.find(message));
  if (!parts_->push(to, letter)) {
    parts_->replies.close(*slot);
    return failure(PB_E_NOPROC, {}, to);
  }
  if (!wait_for_reply(*parts_, *slot, timeout) && parts_->replies.abandon(*slot)) return failure(PB_E_TIMEOUT, {}, to);
  encoded result;
  pb_status status = slot->status;
  std::string text = slot->text;
  if (status == PB_OK) {
    const pb_sink sink = message::string_sink(text);
    status = slot->content.encode(result.bytes, &sink);
    if (const pb_type* type = slot->content.type()) result.schema = view_of(type->schema);
  }
  parts_->replies.close(*slot);
  if (status != PB_OK) return failure(status, text, to);
  return result;
}

outcome<void> system::post_encoded(pb_pid to, message::signal kind, std::string_view message, std::uint64_t schema_fp,
                                   std::string bytes) {
  auto* letter = new message::mail(kind);
  letter->content.set_bytes(std::move(bytes), schema_fp, parts_->types.find(message));
  if (!parts_->push(to, letter)) return failure(PB_E_NOPROC, {}, to);
  return {};
}

pb_status system::run_on(pb_pid pid, std::function<void(process*)> what) {
  // Its destructor calls `what` with nullptr where the process is gone: the answer below is for the caller's convenience.
  return parts_->push(pid, new system_message(std::move(what))) ? PB_OK : PB_E_NOPROC;
}

outcome<encoded> system::get_state(pb_pid pid, milliseconds timeout) {
  asked answer = ask(
      pid,
      [](process& p) {
        asked seen;
        std::string why;
        seen.status = p.kind().status(p, seen.text, seen.bytes, why);
        if (seen.status != PB_OK) seen.text = std::move(why);
        return seen;
      },
      timeout);
  if (answer.status != PB_OK) return failure(answer.status, answer.text, pid);
  return encoded{std::move(answer.text), std::move(answer.bytes)};
}

}  // namespace patchbay::process
