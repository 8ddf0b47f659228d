#include "behaviour/supervisor_control.hpp"

#include <functional>
#include <memory>
#include <utility>

#include "behaviour/supervisor.hpp"

namespace patchbay::behaviour {
namespace {

using process::milliseconds;

template <class Result>
std::future<outcome<Result>> post(process::system& system, pb_pid pid,
                                  std::function<outcome<Result>(supervision&)> what) {
  const auto answer = std::make_shared<std::promise<outcome<Result>>>();
  auto later = answer->get_future();
  // Called exactly once: with nullptr where the process is gone.
  (void)system.run_on(pid, [answer, pid, what = std::move(what)](process::process* self) {
    if (self == nullptr) {
      answer->set_value(error{"noproc", "noproc: " + process::pid_text(pid) + " is no process"});
    } else if (self->state() == nullptr || dynamic_cast<const supervisor*>(&self->kind()) == nullptr) {
      answer->set_value(
          error{"badarg", "badarg: " + process::pid_text(pid) + " (" + self->code().name() + ") is no supervisor"});
    } else {
      answer->set_value(what(*static_cast<supervision*>(self->state())));
    }
  });
  return later;
}

template <class Result>
outcome<Result> ask(process::system& system, pb_pid pid, milliseconds timeout,
                    std::function<outcome<Result>(supervision&)> what) {
  if (process::running_process() != nullptr) {
    return error{"badarg", "badarg: a handler would wait here for another process; ask from a thread that runs none"};
  }
  auto later = post<Result>(system, pid, std::move(what));
  // A deadline beyond what the clock holds would wrap around.
  if (const auto deadline = process::deadline_after(timeout);
      deadline == std::chrono::steady_clock::time_point::max()) {
    later.wait();
  } else if (later.wait_until(deadline) != std::future_status::ready) {
    return error{"timeout", "supervisor " + process::pid_text(pid) + " is busy"};
  }
  return later.get();
}

}  // namespace

std::future<outcome<std::vector<child_info>>> supervisor_control::ask_children(pb_pid supervisor) {
  return post<std::vector<child_info>>(system_, supervisor, [](supervision& s) { return s.which_children(); });
}

outcome<std::vector<child_info>> supervisor_control::which_children(pb_pid supervisor, milliseconds timeout) {
  return ask<std::vector<child_info>>(system_, supervisor, timeout, [](supervision& s) { return s.which_children(); });
}

outcome<child_counts> supervisor_control::count_children(pb_pid supervisor, milliseconds timeout) {
  return ask<child_counts>(system_, supervisor, timeout, [](supervision& s) { return s.count_children(); });
}

outcome<child_spec> supervisor_control::get_childspec(pb_pid supervisor, std::string id, milliseconds timeout) {
  return ask<child_spec>(system_, supervisor, timeout,
                         [id = std::move(id)](supervision& s) { return s.get_childspec(id); });
}

outcome<pb_pid> supervisor_control::start_child(pb_pid supervisor, child_spec spec, milliseconds timeout) {
  return ask<pb_pid>(system_, supervisor, timeout,
                     [spec = std::move(spec)](supervision& s) { return s.start_child(spec); });
}

outcome<void> supervisor_control::terminate_child(pb_pid supervisor, std::string id, milliseconds timeout) {
  return ask<void>(system_, supervisor, timeout,
                   [id = std::move(id)](supervision& s) { return s.terminate_child(id); });
}

outcome<pb_pid> supervisor_control::restart_child(pb_pid supervisor, std::string id, milliseconds timeout) {
  return ask<pb_pid>(system_, supervisor, timeout,
                     [id = std::move(id)](supervision& s) { return s.restart_child(id); });
}

outcome<void> supervisor_control::delete_child(pb_pid supervisor, std::string id, milliseconds timeout) {
  return ask<void>(system_, supervisor, timeout, [id = std::move(id)](supervision& s) { return s.delete_child(id); });
}

}  // namespace patchbay::behaviour
