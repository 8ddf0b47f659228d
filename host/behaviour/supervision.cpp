// How children start, end, and start again.
#include "behaviour/supervision.hpp"

#include <chrono>
#include <iterator>
#include <utility>

#include "behaviour/supervisor_report.hpp"

namespace patchbay::behaviour {

using process::reason;

supervision::supervision(const supervisor_context& context, process::process& self, const sup_flags& flags)
    : context_(context), self_(self), window_(flags.intensity, flags.period) {}

void supervision::report(std::string_view context, const reason& why, const child& offender) const {
  context_.system->log(PB_LOG_ERROR, error_report(self_, context, why.words(), offender), self_.pid());
}

supervision::started supervision::start(child& which) {
  const child_spec& spec = which.spec;
  process::spawn_request request;
  request.find_module = [this, &spec] { return context_.find_module(spec.module, spec.application); };
  request.name = spec.name;
  request.args_json = spec.args_json;
  request.link = true;
  request.parent = self_.pid();
  process::spawned made = context_.system->spawn(request);
  if (made) {
    children_.set_pid(which, made.pid);
    which.restarting = false;
    context_.system->log(PB_LOG_DEBUG, progress_report(self_, which), self_.pid());
    return {true, {}, 0};
  }
  if (made.failure.status == PB_E_IGNORE) {
    which.restarting = false;
    return {true, {}, 0};
  }
  if (made.failure.status == PB_E_UNDEF_MODULE) {
    made.failure.why = reason::failure("{undef_module," + spec.application + "/" + spec.module + "}");
  }
  return {false, std::move(made.failure.why), made.failure.existing};
}

std::optional<reason> supervision::start_children(std::vector<child_spec> specs) {
  for (auto& spec : specs) {
    child& next = children_.add(std::move(spec));
    const started result = start(next);
    if (!result.ok) {
      report("start_error", result.why, next);
      reason why = reason::shutdown("{failed_to_start_child," + next.spec.id + "," + result.why.words() + "}");
      stop_children();
      return why;
    }
    // ignore: a temporary child's spec is not kept.
    if (next.pid == 0 && next.spec.restart == restart_type::temporary) children_.erase(next);
  }
  return std::nullopt;
}

void supervision::child_exited(pb_pid pid, const reason& why) {
  child* gone = children_.running_as(pid);
  if (gone == nullptr) return;
  const bool again = gone->spec.restart == restart_type::permanent ||
                     (gone->spec.restart == restart_type::transient && !why.orderly());
  if (again || !why.orderly()) report("child_terminated", why, *gone);
  children_.set_pid(*gone, 0);
  if (again) {
    restart(*gone);
  } else if (gone->spec.restart == restart_type::temporary) {
    children_.erase(*gone);
  }
}

void supervision::restart(child& which) {
  if (self_.stopping()) return;
  if (!window_.add(scheduler::now())) {
    which.restarting = false;
    report("shutdown", reason::failure("reached_max_restart_intensity"), which);
    self_.stop(reason::shutdown());
    return;
  }
  const started result = start(which);
  if (result.ok) return;
  report("start_error", result.why, which);
  which.restarting = true;
  // By a message to itself: what waits in the mailbox gets its turn between two attempts.
  context_.system->run_on(self_.pid(), [id = which.spec.id](process::process* self) {
    if (self != nullptr && !self->stopping()) static_cast<supervision*>(self->state())->retry(id);
  });
}

void supervision::retry(std::string_view id) {
  child* waiting = children_.find(id);
  if (waiting != nullptr && waiting->restarting) restart(*waiting);
}

void supervision::stop_children() {
  for (auto next = children_.in_order().rbegin(); next != children_.in_order().rend(); ++next) stop(*next);
}

void supervision::stop(child& which) {
  which.restarting = false;
  if (which.pid == 0) return;
  context_.system->unlink(which.pid);
  const reason why = end(which);
  // noproc: it had ended by itself before, and said why in its own crash report.
  const bool expected = why.kind == PB_EXIT_SHUTDOWN || why.kind == PB_EXIT_NOPROC ||
                        (which.spec.brutal_kill() && why.kind == PB_EXIT_KILLED) ||
                        (which.spec.restart != restart_type::permanent && why.kind == PB_EXIT_NORMAL);
  if (!expected) report("shutdown_error", why, which);
  children_.set_pid(which, 0);
}

reason supervision::end(const child& which) {
  const reason kill{PB_EXIT_KILL, {}};
  const bool brutal = which.spec.brutal_kill();
  if (!brutal) {
    const reason shutdown = reason::shutdown();
    if (auto why = context_.system->wait_for_end(which.pid, which.spec.shutdown, &shutdown)) return std::move(*why);
  }
  if (!context_.system->wait_for_end(which.pid, kill_limit, &kill)) {
    return reason::failure("killed, but its running handler does not end");
  }
  // Also where a handler that took too long ended in time for the shutdown to be first: it was late.
  return {PB_EXIT_KILLED, {}};
}

}  // namespace patchbay::behaviour
