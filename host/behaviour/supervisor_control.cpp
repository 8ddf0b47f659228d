#include "behaviour/supervisor_control.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "behaviour/supervisor.hpp"

namespace patchbay::behaviour {
namespace {

using process::milliseconds;

template <class Result>
using question = std::function<outcome<Result>(supervision&)>;

template <class Result>
outcome<Result> put(process::process& self, const question<Result>& what) {
  if (self.state() == nullptr || dynamic_cast<const supervisor*>(&self.kind()) == nullptr) {
    return error{"badarg",
                 "badarg: " + process::pid_text(self.pid()) + " (" + self.code().name() + ") is no supervisor"};
  }
  return what(*static_cast<supervision*>(self.state()));
}

error refusal(pb_status status, pb_pid pid, const std::string& text) {
  const std::string whom = process::pid_text(pid);
  switch (status) {
    case PB_E_NOPROC:
    case PB_E_EXIT:
      return {"noproc", "noproc: " + whom + " is no process"};
    case PB_E_TIMEOUT:
      return {"timeout", "supervisor " + whom + " is busy"};
    case PB_E_CALLING_SELF:
      return {"calling_self", "calling_self: supervisor " + whom + " waits for the handler that asks it"};
    case PB_E_OVERLOADED:
      return {"overloaded", text};
    case PB_E_IN_CODE_CHANGE:
      return {"in_code_change", text};
    default:
      return {"shutdown", "the host is stopping"};
  }
}

template <class Result>
outcome<Result> ask(process::system& system, pb_pid pid, milliseconds timeout, question<Result> what) {
  // A start runs its init on the supervisor's own thread, and so does what that init asks.
  const scheduler::thread_context* here = scheduler::this_thread();
  for (unsigned level = 0; here != nullptr && level < here->depth(); ++level) {
    if (static_cast<const process::process*>(here->at(level))->pid() == pid) return refusal(PB_E_CALLING_SELF, pid, {});
  }
  // Shared: what timed out may still happen later.
  const auto answer = std::make_shared<std::optional<outcome<Result>>>();
  // A question: while the supervisor is suspended it waits, as gen_server's calls do.
  const process::system::answered done = system.question(
      pb_target{pid, {}},
      [&system, answer, what = std::move(what)](process::process& self, std::uint64_t tag) {
        answer->emplace(put(self, what));
        system.answer(tag, {});
      },
      timeout);
  if (done.status != PB_OK) return refusal(done.status, pid, done.text);
  return std::move(**answer);
}

}  // namespace

std::future<outcome<std::vector<child_info>>> supervisor_control::ask_children(pb_pid supervisor) {
  using children = outcome<std::vector<child_info>>;
  const auto answer = std::make_shared<std::promise<children>>();
  auto later = answer->get_future();
  // Called exactly once: with nullptr where the process is gone.
  (void)system_.run_on(supervisor, [answer, supervisor](process::process* self) {
    if (self == nullptr) return answer->set_value(refusal(PB_E_NOPROC, supervisor, {}));
    answer->set_value(
        put<std::vector<child_info>>(*self, [](supervision& s) -> children { return s.which_children(); }));
  });
  return later;
}

outcome<std::vector<child_info>> supervisor_control::which_children(pb_pid supervisor, milliseconds timeout) {
  return ask<std::vector<child_info>>(system_, supervisor, timeout, [](supervision& s) { return s.which_children(); });
}

outcome<child_counts> supervisor_control::count_children(pb_pid supervisor, milliseconds timeout) {
  return ask<child_counts>(system_, supervisor, timeout, [](supervision& s) { return s.count_children(); });
}

outcome<child_spec> supervisor_control::get_childspec(pb_pid supervisor, child_name which, milliseconds timeout) {
  return ask<child_spec>(system_, supervisor, timeout,
                         [which = std::move(which)](supervision& s) { return s.get_childspec(which); });
}

outcome<std::string> supervisor_control::get_callback_module(pb_pid supervisor, milliseconds timeout) {
  return ask<std::string>(system_, supervisor, timeout, [](supervision& s) { return s.get_callback_module(); });
}

outcome<pb_pid> supervisor_control::start_child(pb_pid supervisor, child_request what, milliseconds timeout,
                                                pb_pid* existing) {
  const auto there = std::make_shared<pb_pid>(0);
  auto made = ask<pb_pid>(system_, supervisor, timeout,
                          [what = std::move(what), there](supervision& s) { return s.start_child(what, *there); });
  if (existing != nullptr) *existing = !made && made.failure().code == "already_started" ? *there : 0;
  return made;
}

outcome<void> supervisor_control::terminate_child(pb_pid supervisor, child_name which, milliseconds timeout) {
  return ask<void>(system_, supervisor, timeout,
                   [which = std::move(which)](supervision& s) { return s.terminate_child(which); });
}

outcome<pb_pid> supervisor_control::restart_child(pb_pid supervisor, std::string id, milliseconds timeout) {
  return ask<pb_pid>(system_, supervisor, timeout,
                     [id = std::move(id)](supervision& s) { return s.restart_child(id); });
}

outcome<void> supervisor_control::delete_child(pb_pid supervisor, std::string id, milliseconds timeout) {
  return ask<void>(system_, supervisor, timeout, [id = std::move(id)](supervision& s) { return s.delete_child(id); });
}

outcome<void> supervisor_control::resize(pb_pid supervisor, std::size_t partitions, milliseconds timeout) {
  return ask<void>(system_, supervisor, timeout, [partitions](supervision& s) { return s.resize(partitions); });
}

}  // namespace patchbay::behaviour
