// Names, links, monitors, exits.
#include <algorithm>

#include "process/parts.hpp"
#include "process/process.hpp"
#include "process/waiting.hpp"

namespace patchbay::process {
namespace {

message::relation* relation(message::signal kind, pb_pid sender, pb_ref monitor = 0) {
  auto* signal = new message::relation(kind);
  signal->sender = sender;
  signal->monitor = monitor;
  return signal;
}

message::exit_notice* notice(message::signal kind, pb_pid sender, const reason& why) {
  auto* signal = new message::exit_notice(kind);
  signal->sender = sender;
  signal->reason = why.kind;
  signal->text = why.text;
  return signal;
}

/// What was delivered to whoever waits for an end; closes the slot. Anything but ok is the host's own answer to all who wait while it
/// stops.
std::optional<reason> take_reason(system::parts& parts, reply_slot& slot) {
  std::optional<reason> ended;
  if (slot.status == PB_OK) ended = reason{slot.reason_kind, slot.text};
  parts.replies.close(slot);
  return ended;
}

}  // namespace

pb_status system::register_name(std::string_view name) {
  if (refused_in_code_change()) return PB_E_IN_CODE_CHANGE;
  process* here = running_process();
  if (here == nullptr) return PB_E_NO_PROCESS;
  const bool via = as_via(name).has_value();
  if (!via && !here->ties().name.empty()) return PB_E_BADARG;
  pb_pid existing = 0;
  const pb_status status = parts_->take_name(name, here->pid(), existing);
  if (status != PB_OK) return status == PB_E_ALREADY_REGISTERED ? PB_E_BADARG : status;
  if (via) {
    parts_->enlist(here->pid());
  } else {
    here->ties().name = name;
  }
  return PB_OK;
}

pb_status system::unregister_name(std::string_view name) {
  if (refused_in_code_change()) return PB_E_IN_CODE_CHANGE;
  process* here = running_process();
  if (here == nullptr) return PB_E_NO_PROCESS;
  if (parts_->where(name) != here->pid()) return PB_E_BADARG;
  parts_->give_name_back(name, here->pid());
  if (!as_via(name)) here->ties().name.clear();
  return PB_OK;
}

pb_status system::link(pb_pid other) {
  if (refused_in_code_change()) return PB_E_IN_CODE_CHANGE;
  process* here = running_process();
  if (here == nullptr) return PB_E_NO_PROCESS;
  if (other == here->pid()) return PB_OK;
  auto& links = here->ties().links;
  if (std::find(links.begin(), links.end(), other) != links.end()) return PB_OK;
  links.push_back(other);
  if (parts_->push(other, relation(message::signal::link, here->pid()))) return PB_OK;
  // As in OTP the answer is a signal from the dead.
  message::exit_notice* noproc = notice(message::signal::exit, other, {PB_EXIT_NOPROC, {}});
  noproc->linked = true;
  parts_->push(here->pid(), noproc);
  return PB_OK;
}

pb_status system::unlink(pb_pid other) {
  if (refused_in_code_change()) return PB_E_IN_CODE_CHANGE;
  process* here = running_process();
  if (here == nullptr) return PB_E_NO_PROCESS;
  if (std::erase(here->ties().links, other) != 0) {
    parts_->push(other, relation(message::signal::unlink, here->pid()));
  }
  return PB_OK;
}

pb_status system::monitor(const pb_target& other, pb_ref& out) {
  if (refused_in_code_change()) return PB_E_IN_CODE_CHANGE;
  process* here = running_process();
  if (here == nullptr) return PB_E_NO_PROCESS;
  out = parts_->next_ref.fetch_add(1, std::memory_order_relaxed);
  const pb_pid pid = parts_->resolve(other);
  here->ties().monitors.push_back({out, pid});
  if (pid != 0 && parts_->push(pid, relation(message::signal::monitor, here->pid(), out))) return PB_OK;
  message::exit_notice* down = notice(message::signal::down, pid, {PB_EXIT_NOPROC, {}});
  down->monitor = out;
  parts_->push(here->pid(), down);
  return PB_OK;
}

pb_status system::demonitor(pb_ref monitor) {
  if (refused_in_code_change()) return PB_E_IN_CODE_CHANGE;
  process* here = running_process();
  if (here == nullptr) return PB_E_NO_PROCESS;
  auto& monitors = here->ties().monitors;
  const auto it =
      std::find_if(monitors.begin(), monitors.end(), [monitor](const bonds::watch& w) { return w.monitor == monitor; });
  if (it == monitors.end()) return PB_OK;
  const pb_pid other = it->other;
  monitors.erase(it);
  if (other != 0) parts_->push(other, relation(message::signal::demonitor, here->pid(), monitor));
  return PB_OK;
}

pb_status system::exit(pb_pid other, const reason& why) {
  if (refused_in_code_change()) return PB_E_IN_CODE_CHANGE;
  process* receiver = parts_->table.slot(other);
  if (receiver == nullptr) return PB_OK;
  if (parts_->push(*receiver, generation_of(other), notice(message::signal::exit, self(), why))) {
    receiver->urgent_.store(true, std::memory_order_relaxed);
    parts_->alarm(*receiver);
  }
  return PB_OK;
}

pb_status system::stop_process(const pb_target& to, const reason& why, milliseconds timeout, const pb_sink* error) {
  if (refused_in_code_change()) return PB_E_IN_CODE_CHANGE;
  const pb_pid pid = parts_->resolve(to);
  if (pid == 0) return PB_E_NOPROC;
  if (pid == self()) return PB_E_CALLING_SELF;
  reply_slot* slot = parts_->replies.open();
  if (slot == nullptr) return PB_E_OVERLOADED;
  const std::uint64_t tag = reply_table::tag(*slot);
  // Watched before it is asked, as proc_lib:stop does: whatever ends it first, its reason is seen, and its terminate waited for.
  if (!parts_->push(pid, relation(message::signal::monitor, 0, tag))) {
    parts_->replies.close(*slot);
    return PB_E_NOPROC;
  }
  run_on(pid, [why](process* p) {
    if (p != nullptr) p->stop(why);
  });
  if (scheduler::thread_context* thread = thread_of(parts_->scheduler)) {
    // Refused: this thread keeps its queue and waits all the same; others steal from it.
    if (thread->depth() != 0) (void)parts_->scheduler.begin_blocking(*thread);
  }
  if (!wait_for_reply(*parts_, *slot, timeout) && parts_->replies.abandon(*slot)) return PB_E_TIMEOUT;
  const pb_status status = slot->status;
  const reason ended{slot->reason_kind, slot->text};
  parts_->replies.close(*slot);
  if (status != PB_OK || ended == why) return status;
  say(error, ended.words());
  return PB_E_EXIT;
}

std::optional<reason> system::wait_for_end(pb_pid pid, milliseconds timeout, const reason* signal) {
  reply_slot* slot = parts_->replies.open();
  if (slot == nullptr) return std::nullopt;
  const std::uint64_t tag = reply_table::tag(*slot);
  // Looked at after the slot was opened: either the stop answers it, or it is seen here.
  if (parts_->stopping.load()) {
    parts_->replies.close(*slot);
    return alive(pid) ? std::nullopt : std::optional(reason{PB_EXIT_NOPROC, {}});
  }
  if (!parts_->push(pid, relation(message::signal::monitor, 0, tag))) {
    parts_->replies.close(*slot);
    return reason{PB_EXIT_NOPROC, {}};
  }
  if (signal != nullptr) exit(pid, *signal);
  if (scheduler::thread_context* self = thread_of(parts_->scheduler)) {
    // Refused: this thread keeps its queue and waits all the same; others steal from it.
    if (self->depth() != 0) (void)parts_->scheduler.begin_blocking(*self);
  }
  if (!wait_for_reply(*parts_, *slot, timeout) && parts_->replies.abandon(*slot)) {
    parts_->push(pid, relation(message::signal::demonitor, 0, tag));
    return std::nullopt;
  }
  return take_reason(*parts_, *slot);
}

std::optional<reason> system::wait_for_watched(pb_ref watch) {
  reply_slot* slot = parts_->replies.find(watch);
  if (slot == nullptr) return std::nullopt;
  wait_for_reply(*parts_, *slot, infinity);
  return take_reason(*parts_, *slot);
}

}  // namespace patchbay::process
