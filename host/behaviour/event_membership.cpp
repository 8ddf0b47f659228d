// How the handlers of an event manager come and go.
#include <algorithm>
#include <memory>
#include <utility>

#include "behaviour/args.hpp"
#include "behaviour/event_manager.hpp"
#include "behaviour/event_names.hpp"
#include "message/fingerprint.hpp"
#include "scheduler/scheduler.hpp"

namespace patchbay::behaviour {

using process::reason;
using entered = process::system::entered;

namespace {

std::string json_string(const std::string& text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace

/// What a new handler's init gets of an answer that is JSON text.
nlohmann::json event_manager::as_table(const std::string& answer) {
  if (answer.empty()) return {{"answer", "ok"}};
  nlohmann::json value = nlohmann::json::parse(answer, nullptr, false);
  if (value.is_object()) return value;
  return {{"answer", value.is_discarded() ? nlohmann::json(answer) : std::move(value)}};
}

bool event_manager::start(event_operation& all, const event_addition& what, std::size_t place) {
  event_addition added = what;
  process::spawn_request request;
  const handler_name name = split_handler_name(what.name);
  request.find_module = [&]() -> const process::module* {
    const process::module* found = find_module_(name.module, {});
    if (found == nullptr) return nullptr;
    if (found->table().behaviour != PB_BEHAVIOUR_GEN_EVENT) {
      found->group().release();
      all.text = "badarg: " + what.name + " is no event handler";
      return nullptr;
    }
    added.name = found->application() + "/" + found->name() + std::string(name.id);
    // A start waits for the end of a swap of its application: not on a thread that others need.
    if (found->group().gate().shut()) (void)system_.scheduler().begin_blocking(*scheduler::this_thread());
    return found;
  };
  // For ps and whoever looks at one handler: `manager/handler`, where that name is free.
  request.name =
      this->name() + "/" +
      std::string(split_handler_name(what.name).module.substr(split_handler_name(what.name).module.find('/') + 1)) +
      std::string(name.id);
  request.args_json = what.args_json;
  request.resident = true;
  if (what.supervisor != 0) (void)system_.link(what.supervisor);
  adding_ = &added;
  process::spawned made = system_.spawn(request);
  if (!made && made.failure.status == PB_E_ALREADY_STARTED) {
    request.name.clear();
    made = system_.spawn(request);
  }
  adding_ = nullptr;
  if (made) {
    handlers_.insert(handlers_.begin() + static_cast<std::ptrdiff_t>(std::min(place, handlers_.size())),
                     {added.name, made.pid, what.supervisor});
    return true;
  }
  if (what.supervisor != 0 && std::none_of(handlers_.begin(), handlers_.end(),
                                           [&](const installed& each) { return each.supervisor == what.supervisor; })) {
    (void)system_.unlink(what.supervisor);
  }
  all.status = made.failure.status;
  if (made.failure.status == PB_E_UNDEF_MODULE) {
    if (!all.text.empty()) {
      all.status = PB_E_BADARG;
    } else {
      all.text = "undef_module: no loaded plugin has " + what.name;
    }
  } else {
    all.text = made.failure.why.words();
  }
  return false;
}

void event_manager::add_handler(event_addition what, std::uint64_t tag) {
  auto one = std::make_unique<event_operation>();
  one->tag = tag;
  one->steps.push_back({0, [this, what = std::move(what)](event_operation& of, pb_pid, process::process*) {
                          (void)start(of, what, 0);
                        }});
  begin(std::move(one));
}

void event_manager::delete_handler(std::string_view asked, const std::string& args_json, std::uint64_t tag) {
  const installed* who = find(asked);
  if (who == nullptr) {
    return system_.refuse(tag, PB_E_MODULE_NOT_FOUND, "module_not_found: no handler " + std::string(asked));
  }
  auto one = std::make_unique<event_operation>();
  one->tag = tag;
  one->steps.push_back({who->pid, [this, args_json](event_operation& of, pb_pid pid, process::process* resident) {
                          if (resident != nullptr) {
                            of.text = end(*resident, args_json, {});
                            return;
                          }
                          forget(pid);
                          of.status = PB_E_MODULE_NOT_FOUND;
                          of.text = "module_not_found: the handler has been killed";
                        }});
  begin(std::move(one));
}

void event_manager::swap_handler(std::string_view asked, const std::string& args_json, event_addition other,
                                 std::uint64_t tag) {
  const installed* who = find(asked);
  auto next = std::make_shared<event_addition>(std::move(other));
  next->replaced = nlohmann::json{{"answer", "error"}};
  auto both = std::make_unique<event_operation>();
  both->tag = tag;
  if (who != nullptr) {
    if (next->supervisor == 0) next->supervisor = who->supervisor;
    both->steps.push_back(
        {who->pid, [this, args_json, next](event_operation&, pb_pid pid, process::process* resident) {
           if (resident == nullptr) return forget(pid);
           next->replaced = as_table(end(*resident, args_json, {"swapped", {}, next->name, next->supervisor, {}}));
         }});
  }
  both->steps.push_back(
      {0, [this, next](event_operation& of, pb_pid, process::process*) { (void)start(of, *next, 0); }});
  begin(std::move(both));
}

std::string event_manager::end(process::process& handler, const std::string& args_json, departure how) {
  const auto args = args_table::parse(args_json);
  const args_table none;
  const pb_event_why why{sizeof(pb_event_why), PB_EVENT_ARGS, {}, args ? args->handle() : none.handle()};
  return end(handler, why, std::move(how));
}

std::string event_manager::end(process::process& handler, std::uint32_t kind, departure how) {
  return end(handler, pb_event_why{sizeof(pb_event_why), kind, {}, nullptr}, std::move(how));
}

std::string event_manager::end(process::process& resident, const pb_event_why& why, departure how) {
  std::string answered;
  const auto terminate = resident.code().table().event->terminate;
  if (terminate != nullptr) {
    std::string error;
    const pb_sink sink = message::string_sink(answered);
    const pb_sink error_sink = message::string_sink(error);
    if (terminate(&why, resident.state(), &sink, &error_sink) != PB_OK) {
      how.reason = "error";
      how.text = "{'EXIT'," + (error.empty() ? "exception" : error) + "}";
      if (how.last.empty()) how.last = "terminate";
      answered = json_string(how.text);
    }
  }
  const std::size_t place = place_of(resident.pid());
  if (place < handlers_.size()) {
    const installed gone = handlers_[place];
    handlers_.erase(handlers_.begin() + static_cast<std::ptrdiff_t>(place));
    report(gone.name, how);
    tell(gone, how);
  }
  resident.stop(reason::normal(), false);
  return answered;
}

void event_manager::report(const std::string& handler, const departure& how) const {
  if (std::string_view(how.reason) != "error") return;
  process::report crash;
  crash.level = PB_LOG_ERROR;
  crash.kind = process::report_kind::terminate;
  crash.label = "{gen_event,terminate}";
  crash.pid = self_.pid();
  crash.text = "gen_event handler " + handler + " crashed. Was installed in " + name() +
               ". Last event was: " + (how.last.empty() ? "-" : how.last) + ". Reason: " + how.text;
  crash.reason = how.text;
  system_.tell(std::move(crash));
}

void event_manager::tell(const installed& who, const departure& how) const {
  if (who.supervisor == 0) return;
  // patchbay::gen_event_exit (sdk/include/patchbay/gen_event_exit.hpp), in its encoded form.
  constexpr std::string_view schema =
      R"({"struct":[["handler","string"],["reason","string"],["new_handler","string"],["new_supervisor",{"enum":"u64"}]]})";
  std::string bytes;
  const auto number = [&bytes](std::uint64_t value) {
    for (int i = 0; i < 8; ++i) bytes.push_back(static_cast<char>(value >> (8 * i) & 0xFF));
  };
  const auto text = [&](std::string_view value) {
    number(value.size());
    bytes.append(value);
  };
  text(who.name);
  text(std::string_view(how.reason) == "error" ? std::string_view(how.text) : how.reason);
  text(how.other);
  number(how.supervisor);
  (void)system_.post_encoded(who.supervisor, message::signal::info, "patchbay/gen_event.gen_event_exit",
                             message::fnv1a_64(schema), std::move(bytes));
}

void event_manager::stop() {
  while (!handlers_.empty()) {
    const pb_pid next = handlers_.front().pid;
    const entered how = system_.enter_resident(self_, next);
    if (how == entered::gone) {
      forget(next);
    } else if (how == entered::yes) {
      process::process& resident = *system_.find(next);
      end(resident, PB_EVENT_STOP, {"shutdown", {}, {}, 0, {}});
      system_.leave_resident(self_, resident);
    } else if (!system_.wait_for_resident(next)) {
      break;
    }
  }
  system_.give_up_resident(self_);
}

void event_manager::kill() noexcept {
  for (const installed& each : handlers_) (void)system_.exit(each.pid, {PB_EXIT_KILL, {}});
}

void event_manager::killed(pb_pid pid) { forget(pid); }

void event_manager::forget(pb_pid pid) {
  const std::size_t place = place_of(pid);
  if (place == handlers_.size()) return;
  const installed gone = handlers_[place];
  handlers_.erase(handlers_.begin() + static_cast<std::ptrdiff_t>(place));
  const departure how{"error", "killed", {}, 0, {}};
  report(gone.name, how);
  tell(gone, how);
}

}  // namespace patchbay::behaviour
