// How children start, end, and start again.
#include "behaviour/supervision.hpp"

#include <charconv>
#include <chrono>
#include <iterator>
#include <utility>

#include "behaviour/supervisor_report.hpp"

namespace patchbay::behaviour {

using process::reason;

supervision::supervision(const supervisor_context& context, process::process& self, const sup_flags& flags,
                         std::string args_json)
    : context_(context),
      self_(self),
      args_json_(std::move(args_json)),
      flags_(flags),
      window_(flags.intensity, flags.period),
      children_(!flags.many()) {}

supervision::~supervision() {
  if (context_.partitions != nullptr && flags_.partitions) context_.partitions->close(self_.pid());
}

void supervision::report(std::string_view context, const reason& why, const child& offender, std::size_t times) const {
  process::report told;
  told.level = PB_LOG_ERROR;
  told.pid = self_.pid();
  told.kind = process::report_kind::supervisor;
  told.label = "{supervisor," + std::string(context) + "}";
  told.text = error_report(self_, context, why.words(), offender, times);
  told.reason = why.words();
  context_.system->tell(std::move(told));
}

void supervision::set_pid(child& which, pb_pid pid) {
  children_.set_pid(which, pid);
  if (!flags_.partitions || context_.partitions == nullptr) return;
  // A partition's id is its number; other ids belong to children that were added besides.
  const std::string& id = which.spec.id;
  std::size_t number = 0;
  if (const auto read = std::from_chars(id.data(), id.data() + id.size(), number);
      read.ec == std::errc() && read.ptr == id.data() + id.size()) {
    context_.partitions->set(self_.pid(), number, pid);
  }
}

supervision::started supervision::start(child& which) {
  const child_spec& spec = which.spec;
  process::spawn_request request;
  request.find_module = [this, &spec] { return context_.find_module(spec.module, spec.application); };
  request.name = spec.name;
  // Under the child's own, at every start: what a new version gives all children holds from the next restart on.
  const std::string* shared = flags_.dynamic ? &flags_.extra_args_json : template_ ? &template_->args_json : nullptr;
  request.args_json = shared != nullptr ? merge_args(*shared, spec.args_json) : spec.args_json;
  request.link = true;
  request.parent = self_.pid();
  process::spawned made = context_.system->spawn(request);
  which.restarting = false;
  if (made) {
    set_pid(which, made.pid);
    process::report progress;
    progress.pid = self_.pid();
    progress.kind = process::report_kind::progress;
    progress.label = "{supervisor,progress}";
    progress.text = progress_report(self_, which);
    context_.system->tell(std::move(progress));
    return {true, {}, 0, PB_OK};
  }
  if (made.failure.status == PB_E_IGNORE) return {true, {}, 0, PB_E_IGNORE};
  if (made.failure.status == PB_E_UNDEF_MODULE) {
    made.failure.why = reason::failure("{undef_module," + spec.application + "/" + spec.module + "}");
  }
  return {false, std::move(made.failure.why), made.failure.existing, made.failure.status};
}

std::optional<reason> supervision::start_children(std::vector<child_spec> specs) {
  if (flags_.strategy == strategy_type::simple_one_for_one) {
    template_ = std::move(specs.front());
    return std::nullopt;
  }
  if (flags_.partitions) {
    if (context_.partitions == nullptr) return reason::failure("{unsupported,partitions}");
    context_.partitions->open(self_.pid(), specs.size());
  }
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
  set_pid(*gone, 0);
  if (again) return restart(*gone);
  const bool significant = gone->spec.significant;
  drop(*gone);
  if (significant) auto_shutdown();
}

void supervision::drop(child& gone) {
  set_pid(gone, 0);
  gone.restarting = false;
  if (flags_.many() || gone.spec.restart == restart_type::temporary) children_.erase(gone);
}

void supervision::auto_shutdown() {
  if (self_.stopping() || flags_.auto_shutdown == auto_shutdown_type::never) return;
  if (flags_.auto_shutdown == auto_shutdown_type::all_significant) {
    for (const child& each : children_.in_order()) {
      if (each.spec.significant && (each.pid != 0 || each.restarting)) return;
    }
  }
  self_.stop(reason::shutdown());
}

void supervision::restart(child& which) {
  if (self_.stopping()) return;
  if (!window_.add(scheduler::now())) {
    report("shutdown", reason::failure("reached_max_restart_intensity"), which);
    drop(which);
    self_.stop(reason::shutdown());
    return;
  }
  child* failed = nullptr;
  switch (flags_.strategy) {
    case strategy_type::one_for_one:
    case strategy_type::simple_one_for_one:
      failed = restart_one(which);
      break;
    case strategy_type::rest_for_one:
      failed = restart_from(children_.place_of(which));
      break;
    case strategy_type::one_for_all:
      failed = restart_from(children_.in_order().begin());
      break;
  }
  if (failed != nullptr) try_again(*failed);
}

child* supervision::restart_one(child& which) {
  const started result = start(which);
  if (result.ok) {
    if (which.pid == 0 && flags_.many()) children_.erase(which);
    return nullptr;
  }
  report("start_error", result.why, which);
  return &which;
}

child* supervision::restart_from(child_table::list::iterator first) {
  auto& all = children_.in_order();
  // The first may be a temporary child, which goes: what stood before it tells where to begin.
  const bool from_begin = first == all.begin();
  const auto before = from_begin ? all.end() : std::prev(first);
  const auto begin = [&] { return from_begin ? all.begin() : std::next(before); };
  for (auto next = all.end(); next != begin();) {
    child& each = *--next;
    stop(each);
    if (each.spec.restart != restart_type::temporary) continue;
    ++next;
    children_.erase(each);
  }
  for (auto next = begin(); next != all.end(); ++next) {
    const started result = start(*next);
    if (result.ok) continue;
    report("start_error", result.why, *next);
    return &*next;
  }
  return nullptr;
}

void supervision::try_again(child& which) {
  which.restarting = true;
  context_.system->pass_question(self_.pid(), 0, [serial = which.serial](process::process& self, std::uint64_t) {
    if (!self.stopping()) static_cast<supervision*>(self.state())->retry(serial);
  });
}

void supervision::retry(std::uint64_t serial) {
  child* waiting = children_.by_serial(serial);
  if (waiting != nullptr && waiting->restarting) restart(*waiting);
}

}  // namespace patchbay::behaviour
