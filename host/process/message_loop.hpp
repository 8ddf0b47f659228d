#pragma once
// What a worker does with a process: signals first, then messages, a bounded batch, then on to the next.
#include <memory>

#include "process/system.hpp"
#include "scheduler/scheduler.hpp"

namespace patchbay::process {

/// Signals other than messages (links, monitors, exits) take effect when they are taken from the inbox, as in OTP; messages wait in order.
class message_loop final : public scheduler::runner {
 public:
  /// Messages that one token may take before others get their turn.
  static constexpr int batch = 64;  // by hand: 1, so that each message is a step of its own

  message_loop(system& owner, system::parts& parts) : system_(owner), parts_(parts) {}
  void run(scheduler::unit& item, scheduler::thread_context& self) override;
  void handler_runs_long(const scheduler::unit& item, std::uint32_t message, std::chrono::milliseconds since) override;

  /// sys debug options see a reply. REQUIRES: self.observed(), its token.
  static void show_reply(system& owner, process& self, const message::payload& reply);

 private:
  void take_signals(process& self);
  void relate(process& self, message::relation& signal);
  /// True: the notice waits in the queue as a message; false: it has had its effect.
  bool exit_signal(process& self, message::exit_notice& signal);
  void handle(process& self, std::unique_ptr<message::envelope>& letter_box, scheduler::thread_context& thread);
  /// A handler that was not done: false where it, or the process, took the rest of this turn.
  bool go_on(process& p, scheduler::thread_context& self);
  static bool served_while_suspended(const process& self, const message::envelope& what);
  void respond(process& self, std::uint64_t tag);
  /// Around what an observed process handles: in, and noreply where no reply went out.
  void show_in(process& self, const message::envelope& what);
  void show_done(process& self);

  system& system_;
  system::parts& parts_;
};

}  // namespace patchbay::process
