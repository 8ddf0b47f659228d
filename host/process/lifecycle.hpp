#pragma once
// How a process begins and ends, and its idle timeout. Private to this room and the behaviours.
#include <functional>
#include <vector>

#include "message/envelope.hpp"
#include "process/crash_report.hpp"
#include "process/system.hpp"

namespace patchbay::process {

/// A function that runs under the token, in the order of messages; called with nullptr where the process ended first.
struct system_message final : message::envelope {
  explicit system_message(std::function<void(process*)> f) : envelope(message::signal::system), what_(std::move(f)) {}
  ~system_message() override { perform(nullptr); }
  void perform(process* self) {
    if (auto run = std::exchange(what_, nullptr)) run(self);
  }

 private:
  std::function<void(process*)> what_;
};

/// Something that a behaviour is asked in a protocol of its own. Unlike a system message it waits while the process is suspended, and whoever asked
/// gets the process's exit reason where that ends first.
struct question_message final : message::envelope {
  using function = std::function<void(process& self, std::uint64_t tag)>;
  question_message(std::uint64_t of, function f) : envelope(message::signal::question), tag(of), ask(std::move(f)) {}
  std::uint64_t tag;  // 0: nobody waits
  function ask;
};

class lifecycle {
 public:
  explicit lifecycle(system& owner) : system_(owner) {}

  /// `watcher`: the tag of a slot that gets the reason when the process ends; 0: none.
  spawned begin(const spawn_request& request, std::uint64_t watcher);

  /// The end of a process, in this order: terminate; the last reply; the crash report; it refuses new mail; its names go; waiting callers, links and monitors get
  /// exactly one signal each, with the real reason; the state is destroyed in its own generation; the slot is free.
  /// As in OTP it lives until terminate has run: who links, monitors or waits for it meanwhile (its supervisor, before it starts another of
  /// that name) is told of the end itself, and with its reason.
  /// Link and monitor linearise at the closing of the mailbox: a request that came before it is in what the closing returned and gets the real
  /// reason here; one that comes later is answered noproc by its sender's push.
  /// REQUIRES: the caller runs it innermost and holds its token; both are gone afterwards.
  void end(process& p, scheduler::thread_context& self, const last_message& last = {});

  /// Arms or cancels the idle timeout. REQUIRES: the token.
  void arm_idle(process& p, milliseconds after);
  void cancel_idle(process& p);
  /// After a system message, as in OTP: the whole time begins anew, where it is suspended with its resume.
  void restart_idle(process& p);

 private:
  void end_handler(process& p);
  /// Takes what links and monitors were still in the mailbox into p's. The tags of calls that nobody will answer now.
  std::vector<std::uint64_t> settle_leftover(process& p, mailbox::envelope_list& leftover);
  void tell_links(process& p, const reason& why);
  /// And those whom p watched.
  void tell_watchers(process& p, const reason& why);
  void discard(process& p, scheduler::thread_context& self);
  system& system_;
};

}  // namespace patchbay::process
