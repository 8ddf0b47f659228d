// The end of a process, seen by a thread that waits for it.
#include "process/parts.hpp"
#include "process/process.hpp"
#include "process/waiting.hpp"

namespace patchbay::process {
namespace {

message::relation* relation(message::signal kind, pb_ref monitor) {
  auto* signal = new message::relation(kind);
  signal->monitor = monitor;
  return signal;
}

/// A handler that waits for an end has to end itself before a swap: who is to end goes on behind a draining gate.
void expect_end(system::parts& parts, reply_slot& slot, pb_pid pid) {
  process* ending = parts.table.slot(pid);
  if (ending == nullptr || running_process() == nullptr) return;
  parts.count_awaited(slot, *ending);
  parts.recall(*ending);
}

/// Closes the slot. Anything but ok is the host's own answer to all who wait while it stops.
std::optional<reason> take_reason(system::parts& parts, reply_slot& slot) {
  std::optional<reason> ended;
  if (slot.status == PB_OK) ended = reason{slot.reason_kind, slot.text};
  parts.replies.close(slot);
  return ended;
}

}  // namespace

std::optional<reason> system::wait_for_end(pb_pid pid, milliseconds timeout, const reason* signal) {
  reply_slot* slot = parts_->replies.open();
  if (slot == nullptr) return std::nullopt;
  const std::uint64_t tag = reply_table::tag(*slot);
  // Looked at after the slot was opened: either the stop answers it, or it is seen here.
  if (parts_->stopping.load()) {
    parts_->replies.close(*slot);
    return alive(pid) ? std::nullopt : std::optional(reason{PB_EXIT_NOPROC, {}});
  }
  expect_end(*parts_, *slot, pid);
  if (!parts_->push(pid, relation(message::signal::monitor, tag))) {
    parts_->replies.close(*slot);
    return reason{PB_EXIT_NOPROC, {}};
  }
  if (signal != nullptr) exit(pid, *signal);
  if (scheduler::thread_context* self = thread_of(parts_->scheduler)) {
    // Refused: this thread keeps its queue and waits all the same; others steal from it.
    if (self->depth() != 0) (void)parts_->scheduler.begin_blocking(*self);
  }
  if (!wait_for_reply(*parts_, *slot, timeout) && parts_->replies.abandon(*slot)) {
    parts_->push(pid, relation(message::signal::demonitor, tag));
    return std::nullopt;
  }
  return take_reason(*parts_, *slot);
}

std::optional<reason> system::wait_for_watched(pb_ref watch) {
  reply_slot* slot = parts_->replies.find(watch);
  if (slot == nullptr) return std::nullopt;
  if (!wait_for_reply(*parts_, *slot, infinity) && parts_->replies.abandon(*slot)) return std::nullopt;
  return take_reason(*parts_, *slot);
}

pb_ref system::watch_end(pb_pid pid, const reason& signal) {
  reply_slot* slot = parts_->replies.open();
  if (slot == nullptr) {
    exit(pid, signal);
    return 0;
  }
  const pb_ref watch = reply_table::tag(*slot);
  expect_end(*parts_, *slot, pid);
  if (parts_->push(pid, relation(message::signal::monitor, watch))) {
    exit(pid, signal);
  } else {
    parts_->deliver(watch, {PB_OK, PB_EXIT_NOPROC, {}, {}});
  }
  return watch;
}

std::optional<reason> system::wait_for_watched(pb_ref watch, milliseconds timeout) {
  reply_slot* slot = parts_->replies.find(watch);
  if (slot == nullptr) return std::nullopt;
  if (!slot->delivered()) {
    if (scheduler::thread_context* self = thread_of(parts_->scheduler); self != nullptr && self->depth() != 0) {
      (void)parts_->scheduler.begin_blocking(*self);
    }
    if (!wait_for_reply(*parts_, *slot, timeout)) return std::nullopt;
  }
  return take_reason(*parts_, *slot);
}

void system::forget_watch(pb_pid pid, pb_ref watch) {
  reply_slot* slot = parts_->replies.find(watch);
  if (slot == nullptr) return;
  if (parts_->replies.abandon(*slot)) {
    parts_->push(pid, relation(message::signal::demonitor, watch));
  } else {
    parts_->replies.close(*slot);
  }
}

}  // namespace patchbay::process
