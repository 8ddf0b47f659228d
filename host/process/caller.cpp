// gen_server:call, as the caller sees it: inline where the callee is idle, else through its mailbox.
#include <algorithm>
#include <optional>

#include "port/cpu.hpp"
#include "process/lifecycle.hpp"
#include "process/parts.hpp"
#include "process/waiting.hpp"

namespace patchbay::process {
namespace {

// Looks at a token that a swap's copy may hold: some microseconds.
constexpr int moment = 100;

// A reply of a type that the caller has not got its own object of: (void) replies are types too, so there is always one.
pb_status take_reply(reply_slot& slot, const pb_type& type, void* storage, const pb_sink* error) {
  if (slot.status != PB_OK) {
    say(error, slot.text);
    return slot.status;
  }
  return slot.content.convert(type, storage, error);
}

}  // namespace

/// One call, on the stack of whoever makes it.
class caller {
 public:
  caller(system& owner, const pb_sink* error) : system_(owner), parts_(*owner.parts_), error_(error) {}

  pb_status run(pb_pid to, const pb_type& request_type, void* request, const pb_type& reply_type, void* storage,
                milliseconds timeout) {
    process* callee = parts_.table.slot(to);
    if (callee == nullptr) return PB_E_NOPROC;
    scheduler::thread_context* self = thread_of(parts_.scheduler);
    if (self != nullptr) {
      const process* running = running_process();
      if (running != nullptr && running->pid() == to) return PB_E_CALLING_SELF;
      if (self->may_nest()) {
        switch (acquire(*callee, generation_of(to))) {
          case mailbox::acquired::closed:
            return PB_E_NOPROC;
          case mailbox::acquired::busy:
            break;
          case mailbox::acquired::yes:
            if (self->enter(*callee)) {
              if (!callee->queued_only()) {
                const pb_pid here = running == nullptr ? 0 : running->pid();
                if (const auto done =
                        run_inline(*callee, here, *self, request_type, request, reply_type, storage, timeout)) {
                  return *done;
                }
                break;
              }
              parts_.release(*callee, *self);
              break;
            }
            // Behind a closed gate: the token goes back, and the call waits in the mailbox.
            if (!callee->inbox.try_release()) parts_.scheduler.defer(*callee);
        }
      }
    }
    return run_queued(*callee, to, self, request_type, request, reply_type, storage, timeout);
  }

 private:
  /// Takes the callee's token where it is idle. While a swap copies states (scheduler/entry_watch.hpp), who holds it may be about to give it back: that
  /// is waited for, for a moment, since a queued call costs two switches of threads.
  static mailbox::acquired acquire(process& callee, std::uint32_t generation) noexcept {
    auto got = callee.inbox.try_acquire(generation);
    if (got != mailbox::acquired::busy) return got;
    const scheduler::gate* door = callee.door.load(std::memory_order_seq_cst);
    if (door == nullptr || door->watcher() == nullptr || door->shut()) return got;
    for (int i = 0; i < moment && got == mailbox::acquired::busy; ++i) {
      port::cpu_relax();
      got = callee.inbox.try_acquire(generation);
    }
    return got;
  }

  /// nullopt: this message is not run inline; the callee has been left as it was.
  std::optional<pb_status> run_inline(process& callee, pb_pid here, scheduler::thread_context& self,
                                      const pb_type& request_type, void* request, const pb_type& reply_type,
                                      void* storage, milliseconds timeout) {
    reply_slot* slot = parts_.replies.open();
    if (slot == nullptr) {
      parts_.release(callee, self);
      return PB_E_OVERLOADED;
    }
    const std::uint64_t tag = reply_table::tag(*slot);
    inline_call call{&request_type, request, &reply_type, storage, {here, tag}, error_};
    bonds* ties = callee.ties_if_any();
    if (ties != nullptr && ties->idle_timer != 0) lifecycle(system_).cancel_idle(callee);
    parts_.scheduler.keeper().wake();
    self.begin_handler(request_type.host_id);
    callee.touch();
    callee.request_ = call.from;
    callee.last_type_ = request_type.host_id;
    const std::int64_t began = parts_.scheduler.keeper().tick();
    pb_status status = PB_OK;
    const inline_answer answer = callee.kind().handle_inline(callee, call, status);
    if (answer == inline_answer::queue) {
      parts_.release(callee, self);
      parts_.replies.close(*slot);
      return std::nullopt;
    }
    callee.calls_inline_.store(callee.calls_inline_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
    if (answer == inline_answer::noreply && slot->still_open()) remember(callee.ties().unanswered, parts_.replies, tag);
    if (callee.stopping()) {
      lifecycle(system_).end(callee, self, {&request_type, request, nullptr});
    } else {
      parts_.release(callee, self);
    }
    if (answer != inline_answer::noreply) {
      parts_.replies.close(*slot);
      if (answer == inline_answer::refused) return status;
      // The coarse tick is enough to see that seconds went by.
      if (timeout != infinity && parts_.scheduler.keeper().tick() - began > timeout.count()) {
        reply_type.destroy(storage);
        return PB_E_TIMEOUT;
      }
      return PB_OK;
    }
    if (!parts_.scheduler.begin_blocking(self)) {
      parts_.replies.close(*slot);
      return PB_E_OVERLOADED;
    }
    return finish(*slot, reply_type, storage, timeout);
  }

  pb_status run_queued(process& callee, pb_pid to, scheduler::thread_context* self, const pb_type& request_type,
                       void* request, const pb_type& reply_type, void* storage, milliseconds timeout) {
    if (parts_.full(callee, generation_of(to))) return say_full(to);
    if (self != nullptr && !parts_.scheduler.begin_blocking(*self)) {
      say(error_, "overloaded: every spare thread waits in a call already");
      return PB_E_OVERLOADED;
    }
    reply_slot* slot = parts_.replies.open();
    if (slot == nullptr) return PB_E_OVERLOADED;
    auto* letter = new message::mail(message::signal::call);
    letter->sender = system_.self();
    letter->from = {letter->sender, reply_table::tag(*slot)};
    if (!letter->content.set_object(request_type, request, maker_here())) {
      delete letter;
      parts_.replies.close(*slot);
      return PB_E_NOMEM;
    }
    // A handler that blocks its thread has to end before a swap: its callee goes on behind a draining gate.
    if (self != nullptr) parts_.count_awaited(*slot, callee);
    if (!parts_.push(callee, generation_of(to), letter)) {
      parts_.replies.close(*slot);
      return PB_E_NOPROC;
    }
    if (self != nullptr) parts_.recall(callee);
    return finish(*slot, reply_type, storage, timeout);
  }

  pb_status say_full(pb_pid to) const {
    say(error_, "overloaded: the mailbox of " + pid_text(to) + " is at its module's max_mailbox");
    return PB_E_OVERLOADED;
  }

  pb_status finish(reply_slot& slot, const pb_type& reply_type, void* storage, milliseconds timeout) {
    if (!wait_for_reply(parts_, slot, timeout) && parts_.replies.abandon(slot)) {
      say(error_, parts_.stuck);
      return PB_E_TIMEOUT;
    }
    const pb_status status = take_reply(slot, reply_type, storage, error_);
    parts_.replies.close(slot);
    return status;
  }

  system& system_;
  system::parts& parts_;
  const pb_sink* error_;
};

bool wait_for_reply(system::parts& parts, reply_slot& slot, milliseconds timeout) {
  // A slot that was opened before the host began to stop is answered by fail_all; a later one sees this.
  if (parts.stopping.load(std::memory_order_seq_cst)) return slot.delivered();
  if (parts.scheduler.by_hand() != nullptr) return wait_by_hand(parts, slot, timeout);
  if (timeout == infinity) return reply_table::wait(slot, port::steady_time::max());
  const auto deadline = deadline_after(timeout);
  const auto frozen_before = parts.scheduler.frozen_time();
  auto until = deadline;
  for (;;) {
    if (reply_table::wait(slot, until)) return true;
    const auto shifted = deadline + std::chrono::duration_cast<std::chrono::steady_clock::duration>(
                                        parts.scheduler.frozen_time() - frozen_before);
    if (std::chrono::steady_clock::now() >= shifted) return false;
    until = shifted;
  }
}

void remember(std::vector<std::uint64_t>& tags, const reply_table& replies, std::uint64_t tag) {
  if (tags.size() == tags.capacity()) {
    std::erase_if(tags, [&replies](std::uint64_t old) {
      const reply_slot* slot = replies.find(old);
      return slot == nullptr || (slot->owner == 0 && !slot->still_open());
    });
    if (tags.size() * 2 > tags.capacity()) tags.reserve(std::max<std::size_t>(8, tags.size() * 2));
  }
  tags.push_back(tag);
}

pb_status system::call(const pb_target& to, const pb_type& request_type, void* request, const pb_type& reply_type,
                       void* reply_storage, milliseconds timeout, const pb_sink* error) {
  if (refused_in_code_change()) return PB_E_IN_CODE_CHANGE;
  if (request_type.host_id == 0 || reply_type.host_id == 0) return PB_E_NOT_IMPORTED;
  const pb_pid pid = parts_->resolve(to);
  if (pid == 0) return PB_E_NOPROC;
  return caller(*this, error).run(pid, request_type, request, reply_type, reply_storage, timeout);
}

pb_status system::reply(const pb_from& to, const pb_type& type, void* object, const pb_sink*) {
  if (refused_in_code_change()) return PB_E_IN_CODE_CHANGE;
  delivery what;
  if (!what.content.set_object(type, object, maker_here())) return PB_E_NOMEM;
  parts_->deliver(to.tag, std::move(what));
  return PB_OK;
}

}  // namespace patchbay::process
