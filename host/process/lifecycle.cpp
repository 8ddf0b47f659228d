#include "process/lifecycle.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include "process/parts.hpp"

namespace patchbay::process {
namespace {

spawned failed(pb_status status, std::string why, pb_pid existing = 0) {
  return {0, 0, {status, reason::failure(std::move(why)), existing}, 0};
}

spawned name_refused(const std::string& name, pb_status status, pb_pid existing) {
  if (status == PB_E_ALREADY_REGISTERED) {
    return failed(PB_E_ALREADY_STARTED, "{already_started, " + pid_text(existing) + "}", existing);
  }
  if (status == PB_E_NOT_FOUND) {
    return failed(PB_E_BADARG, "badarg: " + name + ": no such registry; make it before with new_registry");
  }
  return failed(PB_E_BADARG, as_via(name)
                                 ? "badarg: " + name + ": a key of 1 to 255 bytes in a unique registry is expected"
                                 : "badarg: a name has at most 255 bytes");
}

}  // namespace

spawned lifecycle::begin(const spawn_request& request, std::uint64_t watcher) {
  system::parts& parts = *system_.parts_;
  if (parts.stopping.load(std::memory_order_acquire)) return failed(PB_E_SHUTTING_DOWN, "shutdown");
  scheduler::attached_thread attached(parts.scheduler);
  scheduler::thread_context& self = attached.context();
  if (self.depth() >= scheduler::thread_context::max_depth) {
    return failed(PB_E_OVERLOADED,
                  "overloaded: starts are nested deeper than " + std::to_string(scheduler::thread_context::max_depth));
  }
  process* parent = running_process();
  if ((request.link || request.monitor) && parent == nullptr) {
    return failed(PB_E_NO_PROCESS, "start_link and start_monitor need a running process");
  }

  process* made = parts.table.allocate();
  if (made == nullptr) return failed(PB_E_SYSTEM_LIMIT, "system_limit: the process table is full");
  process& p = *made;
  const auto give_back = [&] {
    p.inbox.close();
    parts.table.free(p);
  };
  if (!request.name.empty()) {
    pb_pid existing = 0;
    if (const pb_status status = parts.take_name(request.name, p.pid(), existing); status != PB_OK) {
      give_back();
      return name_refused(request.name, status, existing);
    }
  }
  const module* code = nullptr;
  for (;;) {
    code = request.find_module();
    if (code == nullptr) {
      if (!request.name.empty()) parts.give_name_back(request.name, p.pid());
      give_back();
      return failed(PB_E_UNDEF_MODULE, "undef_module");
    }
    if (request.kind == nullptr && parts.options.behaviours.at(code->table().behaviour) == nullptr) {
      const std::string which = code->application() + "/" + code->name();
      code->group().release();
      if (!request.name.empty()) parts.local_names.remove(request.name, p.pid());
      give_back();
      return failed(PB_E_BADARG, "badarg: " + which + " is the module of no process");
    }
    scheduler::gate& gate = code->group().gate();
    p.door.store(&gate, std::memory_order_seq_cst);
    if (!self.enter(p)) {
      // A swap is under way: its end decides in which generation this process starts.
      code->group().release();
      gate.wait_open();
      continue;
    }
    // Entered and not superseded: no swap can pass before leave().
    if (!code->group().superseded()) break;
    code->group().release();
    self.leave();
  }
  p.code_ = code;
  p.group_ = &code->group();
  p.kind_ = request.kind != nullptr ? request.kind : parts.options.behaviours.at(code->table().behaviour);
  p.parent_ = request.parent != 0 ? request.parent : parent == nullptr ? 0 : parent->pid();
  p.label_.store(parts.module_labels.of(*code), std::memory_order_relaxed);
  p.follows_parent_ = request.link || request.parent != 0;
  p.trap_exit_ = false;
  p.epoch_ = 0;
  p.max_mailbox_.store(limit_of(*code), std::memory_order_relaxed);
  p.alarmed_full_.store(false, std::memory_order_relaxed);
  p.sent_.store(0, std::memory_order_relaxed);
  p.handled_.store(0, std::memory_order_relaxed);
  p.calls_inline_.store(0, std::memory_order_relaxed);
  p.urgent_.store(false, std::memory_order_relaxed);
  p.nap_.store(process::awake, std::memory_order_relaxed);
  p.suspended_ = p.observed_ = false;
  p.recorded_ = p.queued_only_ = static_cast<bool>(parts.options.record);
  p.hears_awaited_.store(false, std::memory_order_relaxed);
  p.stands_for_ = request.resident ? parent : nullptr;
  p.request_ = {};
  p.last_type_ = 0;
  code->group().add(p);
  code->group().release();  // what find_module raised: the resident holds the code from here on
  if (as_via(request.name)) {
    p.enlisted_.store(true, std::memory_order_release);
  } else if (!request.name.empty()) {
    p.ties().name = request.name;
  }
  if (request.link) {
    p.ties().links.push_back(parent->pid());
    parent->ties().links.push_back(p.pid());
  }
  const pb_ref monitor = request.monitor ? parts.next_ref.fetch_add(1, std::memory_order_relaxed) : 0;
  if (monitor != 0) {
    p.ties().watchers.push_back({monitor, parent->pid()});
    parent->ties().monitors.push_back({monitor, p.pid()});
  }
  if (watcher != 0) p.ties().watchers.push_back({watcher, 0});
  p.inbox.open();

  if (request.prepare) request.prepare(p);
  self.begin_handler(0);
  const pb_pid pid = p.pid();
  const port::steady_time deadline = deadline_after(request.timeout);
  init_outcome outcome = p.kind_->init(p, request.args_json.empty() ? "{}" : request.args_json);
  p.stands_for_ = nullptr;
  if (outcome.status == PB_OK && !p.stopping() && deadline < scheduler::now()) {
    p.stop({PB_EXIT_KILLED, {}}, false);
    outcome = {PB_E_TIMEOUT, reason::failure("timeout"), true};
  }
  if (outcome.status == PB_OK && !p.stopping()) {
    if (p.queue_.empty()) {
      parts.release(p, self);
    } else {
      self.leave();
      parts.scheduler.submit(p);
    }
    return {pid, 0, {}, monitor};
  }
  // The caller gets the failure as the answer; no DOWN besides.
  if (monitor != 0) std::erase_if(parent->ties().monitors, [=](const bonds::watch& w) { return w.monitor == monitor; });
  if (outcome.status == PB_OK) {
    // It began and has to end at once: an exit signal, or init took too long.
    outcome = {PB_E_INIT, p.end()->why, true};
    if (request.link) std::erase(parent->ties().links, pid);
    end(p, self);
    return {0, 0, {outcome.status, std::move(outcome.why), 0}, 0};
  }
  if (request.link) {
    // Nor an exit signal.
    std::erase(p.ties().links, parent->pid());
    std::erase(parent->ties().links, pid);
  }
  if (!outcome.silent && outcome.status == PB_E_INIT && !outcome.why.orderly()) {
    report crash;
    crash.level = PB_LOG_ERROR;
    crash.pid = pid;
    crash.text = "crash_report: " + code->application() + "/" + code->name() + " init: " + outcome.why.words();
    crash.kind = report_kind::crash;
    crash.label = "{proc_lib,crash}";
    crash.parent = p.parent_;
    crash.reason = outcome.why.words();
    system_.tell(std::move(crash));
  }
  p.stop(outcome.status == PB_E_IGNORE ? reason::normal() : outcome.why, false);
  end(p, self);
  return {0, 0, {outcome.status, std::move(outcome.why), 0}, 0};
}

void lifecycle::end(process& p, scheduler::thread_context& self, const last_message& last_handled) {
  system::parts& parts = *system_.parts_;
  mailbox::envelope_list leftover = std::exchange(p.queue_, {});
  cancel_idle(p);
  if (p.bonds_ != nullptr) {
    if (p.bonds_->handler != nullptr) {
      end_handler(p);
    } else if (p.in_flight.load(std::memory_order_relaxed)) {
      system_.end_flight(p);  // what run_after_init() put first was not reached
    }
    mailbox::envelope_list held = std::exchange(p.bonds_->held, {});
    held.append(leftover);
    leftover = held;
  }
  ending& last = *p.ending_;
  if (last.run_terminate) p.kind_->terminate(p, last.why);
  if (last.reply_tag != 0 && p.observed_) message_loop::show_reply(system_, p, last.reply);
  if (last.reply_tag != 0) parts.deliver(last.reply_tag, {PB_OK, 0, {}, std::move(last.reply)});
  if (!last.why.orderly() && p.state_ != nullptr) report_crash(system_, p, last.why, last_handled);
  // Before its names go: a join or registration that comes later sees that it is closed and takes itself back.
  leftover.append(p.inbox.close());
  if (p.bonds_ != nullptr && !p.bonds_->name.empty()) parts.local_names.remove(p.bonds_->name, p.pid());
  parts.forget_names(p);
  parts.made_room();  // who waits to cast to it finds nobody
  const reason why = last.why;
  // Links before callers: who hears of the end from a call and then asks the supervisor finds that it has heard of it.
  const std::vector<std::uint64_t> waiting = settle_leftover(p, leftover);
  tell_links(p, why);
  for (const std::uint64_t tag : waiting) parts.deliver(tag, {PB_E_EXIT, why.kind, why.words(), {}});
  tell_watchers(p, why);
  discard(p, self);
}

void lifecycle::end_handler(process& p) {
  if (const std::uint64_t timer = p.bonds_->handler->timer; timer != 0) {
    system_.parts_->scheduler.timer_queue().cancel(timer);
  }
  p.kind_->abandon(p);
  p.bonds_->handler.reset();
  system_.end_flight(p);
}

std::vector<std::uint64_t> lifecycle::settle_leftover(process& p, mailbox::envelope_list& leftover) {
  system::parts& parts = *system_.parts_;
  std::vector<std::uint64_t> waiting;
  while (!leftover.empty()) {
    const std::unique_ptr<message::envelope> next(leftover.pop());
    switch (next->kind) {
      case message::signal::call:
        waiting.push_back(static_cast<message::mail&>(*next).from.tag);
        break;
      case message::signal::question:
        waiting.push_back(static_cast<question_message&>(*next).tag);
        break;
      case message::signal::link:
        p.ties().links.push_back(next->sender);
        break;
      case message::signal::unlink:
        std::erase(p.ties().links, next->sender);
        break;
      case message::signal::monitor:
        p.ties().watchers.push_back({static_cast<message::relation&>(*next).monitor, next->sender});
        break;
      case message::signal::demonitor:
        std::erase_if(p.ties().watchers, [&](const bonds::watch& w) {
          return w.monitor == static_cast<message::relation&>(*next).monitor;
        });
        break;
      default:
        break;
    }
  }
  if (p.bonds_ == nullptr) return waiting;
  waiting.insert(waiting.end(), p.bonds_->unanswered.begin(), p.bonds_->unanswered.end());
  for (const std::uint64_t tag : p.bonds_->requests) {
    reply_slot* slot = parts.replies.find(tag);
    if (slot != nullptr && slot->owner == p.pid()) parts.replies.close(*slot);
  }
  return waiting;
}

void lifecycle::tell_links(process& p, const reason& why) {
  if (p.bonds_ == nullptr) return;
  system::parts& parts = *system_.parts_;
  const std::vector<pb_pid> links = std::move(p.bonds_->links);
  for (const pb_pid other : links) {
    auto* notice = new message::exit_notice(message::signal::exit);
    notice->sender = p.pid();
    notice->linked = true;
    notice->reason = why.kind;
    notice->text = why.text;
    if (parts.push(other, notice)) parts.alarm(*parts.table.slot(other));
  }
}

void lifecycle::tell_watchers(process& p, const reason& why) {
  if (p.bonds_ == nullptr) return;
  system::parts& parts = *system_.parts_;
  const bonds ties = std::move(*p.bonds_);
  for (const bonds::watch& watcher : ties.watchers) {
    if (watcher.other == 0) {
      parts.deliver(watcher.monitor, {PB_OK, why.kind, why.text, {}});
      continue;
    }
    auto* notice = new message::exit_notice(message::signal::down);
    notice->sender = p.pid();
    notice->monitor = watcher.monitor;
    notice->reason = why.kind;
    notice->text = why.text;
    parts.push(watcher.other, notice);
  }
  for (const bonds::watch& watched : ties.monitors) {
    auto* demonitor = new message::relation(message::signal::demonitor);
    demonitor->sender = p.pid();
    demonitor->monitor = watched.monitor;
    parts.push(watched.other, demonitor);
  }
}

void lifecycle::discard(process& p, scheduler::thread_context& self) {
  if (p.state_ != nullptr) p.kind_->destroy_state(p);
  p.state_ = nullptr;
  p.ending_.reset();  // its reply may hold an object of the generation
  p.bonds_.reset();
  // Last: from here on the generation may be unmapped, and nothing below touches it.
  p.group_->remove(p);
  p.door.store(nullptr, std::memory_order_seq_cst);
  p.group_ = nullptr;
  p.code_ = nullptr;
  self.leave();
  system_.parts_->table.free(p);
}

void lifecycle::arm_idle(process& p, milliseconds after) {
  system::parts& parts = *system_.parts_;
  bonds& ties = p.ties();
  const std::uint64_t sequence = ++ties.idle_sequence;
  const pb_pid pid = p.pid();
  ties.idle_after = after;
  ties.idle = true;
  ties.idle_timer = parts.scheduler.timer_queue().add(
      deadline_after(after), [&parts, pid, sequence] { parts.push(pid, new message::timeout(sequence)); });
}

void lifecycle::restart_idle(process& p) {
  const bonds* ties = p.ties_if_any();
  if (ties == nullptr || !ties->idle || p.stopping()) return;
  cancel_idle(p);
  p.ties().idle = true;
  if (!p.suspended_) arm_idle(p, ties->idle_after);
}

void lifecycle::cancel_idle(process& p) {
  bonds* ties = p.ties_if_any();
  if (ties == nullptr) return;
  ties->idle = false;
  if (ties->idle_timer == 0) return;
  system_.parts_->scheduler.timer_queue().cancel(std::exchange(ties->idle_timer, 0));
  ++ties->idle_sequence;
}

}  // namespace patchbay::process
