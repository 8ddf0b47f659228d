#include "process/message_loop.hpp"

#include <algorithm>
#include <memory>

#include "process/lifecycle.hpp"
#include "process/parts.hpp"

namespace patchbay::process {
namespace {

const message::mail* letter_of(const message::envelope* handled) {
  if (handled == nullptr) return nullptr;
  const bool mail = handled->kind == message::signal::call || handled->kind == message::signal::cast ||
                    handled->kind == message::signal::info;
  return mail ? static_cast<const message::mail*>(handled) : nullptr;
}

}  // namespace

void message_loop::show_in(process& self, const message::envelope& what) {
  if (what.kind == message::signal::call) self.request_ = static_cast<const message::mail&>(what).from;
  observer& debug = *self.ties().watching;
  debug.answered = false;
  debug_event event = debug_event::in(system_, self, what);
  debug.see(self, event);
}

void message_loop::show_reply(system& owner, process& self, const message::payload& reply) {
  observer& debug = *self.ties().watching;
  debug.answered = true;
  debug_event event = debug_event::out(owner, self, reply);
  debug.see(self, event);
}

void message_loop::show_done(process& self) {
  if (!self.observed_ || self.stopping() || self.waits() || self.ties().watching->answered) return;
  debug_event event = debug_event::noreply(system_, self);
  self.ties().watching->see(self, event);
}

void message_loop::run(scheduler::unit& item, scheduler::thread_context& self) {
  auto& p = static_cast<process&>(item);
  if (!self.enter(p)) {
    parts_.scheduler.defer(p);
    return;
  }
  if (p.waits() && !go_on(p, self)) return;
  for (int left = parts_.scheduler.by_hand() == nullptr ? batch : 1;;) {
    if (p.queue_.empty() || p.urgent_.load(std::memory_order_relaxed)) {
      p.urgent_.store(false, std::memory_order_relaxed);
      take_signals(p);
      if (p.stopping()) return lifecycle(system_).end(p, self);
    }
    if (p.queue_.empty()) {
      if (p.alarmed_full_.load(std::memory_order_relaxed)) p.alarmed_full_.store(false, std::memory_order_relaxed);
      if (p.inbox.try_release()) return self.leave();
      continue;
    }
    if (left-- == 0) {
      self.leave();
      return parts_.scheduler.submit(p);
    }
    if (self.should_yield()) {
      self.leave();
      return parts_.scheduler.defer(p);
    }
    std::unique_ptr<message::envelope> next(p.queue_.pop());
    if (p.suspended_ && !served_while_suspended(p, *next)) {
      message::envelope* kept = next.release();
      p.ties().held.append({kept, kept});
      continue;
    }
    if (p.recorded_ && next->kind != message::signal::system) parts_.options.record(p, *next);
    const bool shown = p.observed_ && next->kind != message::signal::system;
    if (shown) show_in(p, *next);
    handle(p, next, self);
    if (shown) show_done(p);
    p.handled_.store(p.handled_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
    if (p.max_mailbox_.load(std::memory_order_relaxed) != 0) parts_.made_room();
    if (p.stopping()) return lifecycle(system_).end(p, self, {nullptr, nullptr, letter_of(next.get())});
    if (p.waits()) return parts_.nap(p, self);
  }
}

bool message_loop::go_on(process& p, scheduler::thread_context& self) {
  // From here on news counts anew: what came before is seen below.
  p.nap_.store(process::awake, std::memory_order_seq_cst);
  p.urgent_.store(false, std::memory_order_relaxed);
  take_signals(p);
  flight& handler = *p.bonds_->handler;
  if (!p.stopping() && parts_.ready(p, handler)) {
    if (const std::uint64_t timer = std::exchange(handler.timer, 0); timer != 0) {
      parts_.scheduler.timer_queue().cancel(timer);
    }
    self.begin_handler(0);
    p.kind_->resume(p);
    if (p.observed_) show_done(p);
  }
  if (p.stopping()) {
    lifecycle(system_).end(p, self);
    return false;
  }
  if (!p.waits()) return true;
  parts_.nap(p, self);
  return false;
}

bool message_loop::served_while_suspended(const process& self, const message::envelope& what) {
  return what.kind == message::signal::system ||
         (what.kind == message::signal::exit && self.is_from_parent(static_cast<const message::exit_notice&>(what)));
}

void message_loop::take_signals(process& self) {
  mailbox::envelope_list taken = self.inbox.take_all();
  while (!taken.empty()) {
    std::unique_ptr<message::envelope> next(taken.pop());
    bool waits = true;
    switch (next->kind) {
      case message::signal::link:
      case message::signal::unlink:
      case message::signal::monitor:
      case message::signal::demonitor:
        relate(self, static_cast<message::relation&>(*next));
        waits = false;
        break;
      case message::signal::exit:
        waits = exit_signal(self, static_cast<message::exit_notice&>(*next));
        break;
      default:
        break;
    }
    if (waits) {
      message::envelope* kept = next.release();
      self.queue_.append({kept, kept});
    } else {
      self.handled_.fetch_add(1, std::memory_order_relaxed);
      if (self.max_mailbox_.load(std::memory_order_relaxed) != 0) parts_.made_room();
    }
  }
}

void message_loop::relate(process& self, message::relation& signal) {
  bonds& ties = self.ties();
  switch (signal.kind) {
    case message::signal::link:
      if (std::find(ties.links.begin(), ties.links.end(), signal.sender) == ties.links.end()) {
        ties.links.push_back(signal.sender);
      }
      break;
    case message::signal::unlink:
      std::erase(ties.links, signal.sender);
      break;
    case message::signal::monitor:
      ties.watchers.push_back({signal.monitor, signal.sender});
      break;
    default:
      std::erase_if(ties.watchers, [&signal](const bonds::watch& w) { return w.monitor == signal.monitor; });
  }
}

bool message_loop::exit_signal(process& self, message::exit_notice& signal) {
  if (signal.linked) {
    // A link that was taken back on this side has no effect any more.
    if (std::erase(self.ties().links, signal.sender) == 0) return false;
  } else if (signal.reason == PB_EXIT_KILL) {
    self.stop({PB_EXIT_KILLED, {}}, false);
    return false;
  }
  if (self.trap_exit()) return true;
  if (signal.reason == PB_EXIT_NORMAL) return false;
  self.stop({signal.reason, signal.text}, false);
  return false;
}

void message_loop::handle(process& self, std::unique_ptr<message::envelope>& letter_box,
                          scheduler::thread_context& thread) {
  message::envelope& what = *letter_box;
  bonds* ties = self.ties_if_any();
  if (ties != nullptr && ties->idle_timer != 0 && what.kind != message::signal::timeout &&
      what.kind != message::signal::system) {
    lifecycle(system_).cancel_idle(self);
  }
  // A system message looks at the process from outside: what it handled last stays known.
  if (what.kind != message::signal::system) {
    self.request_ = {};
    self.last_type_ = 0;
  }
  switch (what.kind) {
    case message::signal::call:
    case message::signal::cast:
    case message::signal::info: {
      std::unique_ptr<message::mail> letter(static_cast<message::mail*>(letter_box.release()));
      // A change in a group or registry: demonitor took the entry out, then what was under way has been flushed.
      if (const pb_ref of = letter->from.tag; letter->kind == message::signal::info && of != 0) {
        if (ties == nullptr || std::find(ties->listens.begin(), ties->listens.end(), of) == ties->listens.end()) break;
      }
      thread.begin_handler(letter->content.type_id());
      if (letter->kind == message::signal::call) self.request_ = letter->from;
      self.last_type_ = letter->content.type_id();
      self.kind().handle(self, letter);
      letter_box = std::move(letter);  // unless the behaviour keeps it
      break;
    }
    case message::signal::response:
      thread.begin_handler(0);
      respond(self, static_cast<message::response&>(what).tag);
      break;
    case message::signal::timeout:
      if (ties == nullptr || static_cast<message::timeout&>(what).sequence != ties->idle_sequence) break;
      thread.begin_handler(0);
      ties->idle_timer = 0;
      ties->idle = false;
      self.kind().handle_timeout(self);
      break;
    case message::signal::timer:
      thread.begin_handler(0);
      self.kind().handle_timer(self, static_cast<message::timer&>(what).number);
      break;
    case message::signal::exit:
      thread.begin_handler(0);
      self.kind().handle_exit(self, static_cast<message::exit_notice&>(what));
      break;
    case message::signal::down: {
      const auto& notice = static_cast<message::exit_notice&>(what);
      // demonitor took the entry out: then the DOWN has been flushed.
      const auto gone =
          std::erase_if(self.ties().monitors, [&notice](const bonds::watch& w) { return w.monitor == notice.monitor; });
      if (gone == 0) break;
      thread.begin_handler(0);
      self.kind().handle_down(self, notice);
      break;
    }
    case message::signal::question: {
      thread.begin_handler(0);
      auto& asked = static_cast<question_message&>(what);
      asked.ask(self, asked.tag);
      break;
    }
    case message::signal::system:
      thread.begin_handler(0);
      static_cast<system_message&>(what).perform(&self);
      lifecycle(system_).restart_idle(self);
      break;
    default:
      break;
  }
}

void message_loop::respond(process& self, std::uint64_t tag) {
  reply_slot* slot = parts_.replies.find(tag);
  if (slot == nullptr || slot->owner != self.pid() || !slot->delivered()) return;  // received or given up meanwhile
  // Work of blocking(): who waits for it fetches it, nobody else asked for a message.
  if (slot->request_id == 0) return parts_.replies.close(*slot);
  late_response answer{tag, slot->request_id, slot->status, std::move(slot->text), std::move(slot->content)};
  parts_.replies.close(*slot);
  self.kind().handle_response(self, answer);
}

void message_loop::handler_runs_long(const scheduler::unit& item, std::uint32_t message,
                                     std::chrono::milliseconds since) {
  const auto& p = static_cast<const process&>(item);
  const label names = parts_.module_labels.get(p.label_.load(std::memory_order_relaxed));
  const std::string name = parts_.types.name(message);
  system_.log(PB_LOG_WARNING,
              names.application + "/" + names.module + " " + names.version + " has run " +
                  std::to_string(since.count()) + " ms in one handler" + (name.empty() ? "" : " (" + name + ")"),
              p.pid());
}

}  // namespace patchbay::process
