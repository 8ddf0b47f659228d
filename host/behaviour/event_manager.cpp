#include "behaviour/event_manager.hpp"

#include <algorithm>
#include <utility>

#include "behaviour/event_names.hpp"
#include "behaviour/opened_response.hpp"
#include "behaviour/shared_message.hpp"
#include "message/codec.hpp"
#include "message/type_registry.hpp"
#include "scheduler/scheduler.hpp"

namespace patchbay::behaviour {

using entered = process::system::entered;

/// What a handler's function answered, with the texts that go with it.
struct event_manager::answer {
  answer()
      : why_sink(message::string_sink(why)),
        args1_sink(message::string_sink(args1)),
        handler_sink(message::string_sink(handler)),
        args2_sink(message::string_sink(args2)),
        result{sizeof(pb_event_result), PB_EVENT_OK, &why_sink, &args1_sink, &handler_sink, &args2_sink} {}
  answer(const answer&) = delete;
  answer& operator=(const answer&) = delete;

  [[nodiscard]] bool replied() const noexcept {
    return status == PB_OK && (result.action == PB_EVENT_REPLY || result.action == PB_EVENT_REMOVE_REPLY ||
                               result.action == PB_EVENT_SWAP_REPLY);
  }

  pb_status status = PB_OK;
  std::string why;
  std::string args1;
  std::string handler;
  std::string args2;
  pb_sink why_sink;
  pb_sink args1_sink;
  pb_sink handler_sink;
  pb_sink args2_sink;
  pb_event_result result;
};

void event_manager::begin(std::unique_ptr<event_operation> what) {
  if (advance(*what)) return finish(*what);
  if (what->tag != 0) system_.leave_unanswered(self_, what->tag);
  what->looks_itself = true;
  self_.ties().handler = std::move(what);
  system_.begin_flight(self_);
}

void event_manager::resume() {
  auto& what = static_cast<event_operation&>(*self_.ties().handler);
  if (!advance(what)) return;
  const auto done = std::move(self_.ties().handler);
  system_.end_flight(self_);
  finish(what);
}

bool event_manager::advance(event_operation& what) {
  while (!what.steps.empty()) {
    const pb_pid handler = what.steps.front().handler;
    const entered how = handler == 0 ? entered::gone : system_.enter_resident(self_, handler);
    if (how == entered::later) return false;
    const event_operation::step step = std::move(what.steps.front());
    what.steps.pop_front();
    process::process* resident = how == entered::yes ? system_.find(handler) : nullptr;
    step.run(what, handler, resident);
    if (resident != nullptr) system_.leave_resident(self_, *resident);
  }
  return true;
}

void event_manager::finish(event_operation& done) {
  if (done.response && !done.taken) {
    system_.log(
        PB_LOG_WARNING,
        "gen_event: no handler takes the response of " + system_.types().name(done.response->type_id) + ": dropped",
        self_.pid());
  }
  if (done.tag == 0) return;
  if (done.status != PB_OK) return system_.refuse(done.tag, done.status, std::move(done.text));
  if (done.reply.empty()) done.reply.set_bytes(std::move(done.text), 0, 0);
  system_.answer(done.tag, std::move(done.reply));
}

void event_manager::notify(std::uint32_t kind, message::payload event, std::uint64_t tag) {
  auto all = std::make_unique<event_operation>();
  all->content = std::move(event);
  all->tag = tag;
  for (const installed& each : handlers_) {
    all->steps.push_back({each.pid, [this, kind](event_operation& of, pb_pid to, process::process* handler) {
                            deliver(of, kind, to, handler);
                          }});
  }
  begin(std::move(all));
}

void event_manager::give(pb_pid to, std::unique_ptr<message::mail> letter) {
  auto one = std::make_unique<event_operation>();
  one->content = std::move(letter->content);
  if (letter->kind == message::signal::call) {
    one->tag = letter->from.tag;
    one->steps.push_back({to, [this](event_operation& of, pb_pid handler, process::process* resident) {
                            answer_call(of, handler, resident);
                          }});
  } else {
    const std::uint32_t kind = letter->kind == message::signal::cast ? PB_KIND_CAST : PB_KIND_INFO;
    one->steps.push_back({to, [this, kind](event_operation& of, pb_pid handler, process::process* resident) {
                            deliver(of, kind, handler, resident);
                          }});
  }
  begin(std::move(one));
}

void event_manager::respond(process::late_response got) {
  auto all = std::make_unique<event_operation>();
  all->response = std::move(got);
  for (const installed& each : handlers_) {
    all->steps.push_back({each.pid, [this](event_operation& of, pb_pid to, process::process* handler) {
                            deliver(of, PB_KIND_RESPONSE, to, handler);
                          }});
  }
  begin(std::move(all));
}

void event_manager::deliver(event_operation& all, std::uint32_t kind, pb_pid pid, process::process* handler) {
  if (handler == nullptr) return forget(pid);
  if (all.response) {
    const pb_message* entry = handler->code().find(kind, all.response->type_id);
    if (entry == nullptr) return;
    all.taken = true;
    shared_response told(*all.response, *entry->reply);
    answer got;
    run(all, *handler, *entry, told.get(), nullptr, got);
    return leave_for(all, *handler, got);
  }
  if (all.notice) {
    const pb_message* entry = handler->code().builtin(kind);
    if (entry == nullptr) return;
    pb_down down = all.notice->second;
    pb_exit exit{down.pid, down.reason};
    answer got;
    run(all, *handler, *entry, kind == PB_KIND_EXIT ? static_cast<void*>(&exit) : &down, nullptr, got);
    return leave_for(all, *handler, got);
  }
  const pb_message* entry = handler->code().find(kind, all.content.type_id());
  if (entry == nullptr) return;
  std::string error;
  const shared_message object(all.content, *entry->type, error);
  if (object.get() == nullptr) {
    system_.log(PB_LOG_WARNING,
                "undef_message: " + find(pid)->name + " " + handler->code().version() + " takes no " +
                    system_.types().name(all.content.type_id()) + " in this form: it passes",
                self_.pid());
    return;
  }
  answer got;
  run(all, *handler, *entry, object.get(), nullptr, got);
  leave_for(all, *handler, got);
}

void event_manager::call(std::string_view asked, message::payload request, std::uint64_t tag) {
  const installed* who = find(asked);
  if (who == nullptr) return system_.refuse(tag, PB_E_BAD_MODULE, "bad_module: no handler " + std::string(asked));
  auto one = std::make_unique<event_operation>();
  one->content = std::move(request);
  one->tag = tag;
  one->steps.push_back({who->pid, [this](event_operation& of, pb_pid to, process::process* resident) {
                          answer_call(of, to, resident);
                        }});
  begin(std::move(one));
}

void event_manager::answer_call(event_operation& all, pb_pid pid, process::process* handler) {
  const auto refuse = [&all](pb_status status, std::string text) {
    all.status = status;
    all.text = std::move(text);
  };
  if (handler == nullptr) {
    forget(pid);
    return refuse(PB_E_BAD_MODULE, "bad_module: the handler has been killed");
  }
  const pb_message* entry = handler->code().find(PB_KIND_CALL, all.content.type_id());
  std::string error;
  std::optional<shared_message> request;
  if (entry != nullptr) request.emplace(all.content, *entry->type, error);
  if (!request || request->get() == nullptr) {
    return refuse(PB_E_UNDEF_MESSAGE, "undef_message: " + find(pid)->name + " " + handler->code().version() +
                                          " takes no " + system_.types().name(all.content.type_id()) +
                                          (entry == nullptr ? "" : " in this form"));
  }
  void* storage = all.reply.allocate(*entry->reply);
  if (storage == nullptr) return refuse(PB_E_NOMEM, "no memory for the reply");
  answer got;
  run(all, *handler, *entry, request->get(), storage, got);
  if (got.replied()) {
    all.reply.adopt(*entry->reply, &handler->group());
  } else if (got.status == PB_OK) {
    got.status = PB_E_EXCEPTION;
    got.why = "bad_return_value: no reply";
  }
  leave_for(all, *handler, got);
  if (got.status != PB_OK) refuse(PB_E_EXCEPTION, "{'EXIT'," + got.why + "}");
}

void event_manager::run(event_operation& /*all*/, process::process& handler, const pb_message& entry, void* object,
                        void* reply, answer& got) {
  scheduler::this_thread()->begin_handler(entry.type == nullptr ? 0 : entry.type->host_id);
  handler.touch();
  got.status = entry.handle(handler.state(), object, nullptr, reply, reinterpret_cast<pb_result*>(&got.result));
  if (got.status != PB_OK && got.why.empty()) got.why = "exception";
}

void event_manager::leave_for(event_operation& all, process::process& handler, answer& got) {
  const pb_pid pid = handler.pid();
  if (got.status != PB_OK) {
    departure how{"error",
                  "{'EXIT'," + got.why + "}",
                  {},
                  0,
                  system_.types().name(all.response ? all.response->type_id : all.content.type_id())};
    pb_event_why why{sizeof(pb_event_why), PB_EVENT_ERROR, {PB_EXIT_ERROR, message::str(got.why)}, nullptr};
    end(handler, why, std::move(how));
    return;
  }
  switch (got.result.action) {
    case PB_EVENT_REMOVE:
    case PB_EVENT_REMOVE_REPLY:
      end(handler, PB_EVENT_REMOVED, {});
      return;
    case PB_EVENT_SWAP:
    case PB_EVENT_SWAP_REPLY: {
      event_addition next;
      next.name = full_handler_name(got.handler, handler.code().application());
      next.args_json = got.args2;
      next.supervisor = find(pid)->supervisor;
      const std::size_t place = place_of(pid);
      next.replaced = as_table(end(handler, got.args1, {"swapped", {}, next.name, next.supervisor, {}}));
      all.steps.push_front({0, [this, next, place](event_operation& of, pb_pid, process::process*) {
                              const bool tells = of.status == PB_OK;
                              if (start(of, next, place)) return;
                              const departure why{"error", of.text, {}, 0, "swap_handler"};
                              report(next.name, why);
                              tell({next.name, 0, next.supervisor}, why);
                              // The handler's reply goes out all the same.
                              if (tells) of.status = PB_OK;
                            }});
      return;
    }
    default:
      return;
  }
}

void event_manager::signal(const message::exit_notice& what) {
  auto all = std::make_unique<event_operation>();
  const bool exit = what.kind == message::signal::exit;
  all->notice_text = what.text;
  all->notice = {what.kind, pb_down{what.monitor, what.sender, {what.reason, message::str(all->notice_text)}}};
  const std::uint32_t kind = exit ? PB_KIND_EXIT : PB_KIND_DOWN;
  const auto ends = [&](const installed& each) { return exit && what.sender != 0 && each.supervisor == what.sender; };
  for (const installed& each : handlers_) {
    if (!ends(each)) continue;
    all->steps.push_back(
        {each.pid, [this](event_operation& of, pb_pid pid, process::process* resident) {
           if (resident == nullptr) return forget(pid);
           const pb_event_why why{sizeof(pb_event_why), PB_EVENT_EXIT, of.notice->second.reason, nullptr};
           end(*resident, why, {"shutdown", {}, {}, 0, {}});
         }});
  }
  for (const installed& each : handlers_) {
    if (ends(each)) continue;
    all->steps.push_back({each.pid, [this, kind](event_operation& of, pb_pid to, process::process* handler) {
                            deliver(of, kind, to, handler);
                          }});
  }
  begin(std::move(all));
}

const event_manager::installed* event_manager::find(std::string_view asked) const {
  const auto it = std::find_if(handlers_.begin(), handlers_.end(),
                               [asked](const installed& each) { return names_handler(asked, each.name); });
  return it == handlers_.end() ? nullptr : &*it;
}

const event_manager::installed* event_manager::find(pb_pid pid) const {
  const std::size_t place = place_of(pid);
  return place == handlers_.size() ? nullptr : &handlers_[place];
}

std::size_t event_manager::place_of(pb_pid pid) const {
  const auto it =
      std::find_if(handlers_.begin(), handlers_.end(), [pid](const installed& each) { return each.pid == pid; });
  return static_cast<std::size_t>(it - handlers_.begin());
}

std::string event_manager::name() const {
  const process::bonds* ties = self_.ties_if_any();
  return ties == nullptr || ties->name.empty() ? process::pid_text(self_.pid()) : ties->name;
}

std::vector<std::string> event_manager::which_handlers() const {
  std::vector<std::string> names;
  names.reserve(handlers_.size());
  for (const installed& each : handlers_) names.push_back(each.name);
  return names;
}

std::vector<child_info> event_manager::children() const {
  std::vector<child_info> list;
  for (const installed& each : handlers_) {
    child_info& shown = list.emplace_back();
    shown.id = each.name;
    shown.pid = each.pid;
    shown.restart = restart_type::temporary;
    const std::string_view module = split_handler_name(each.name).module;
    const auto slash = module.find('/');
    shown.application = module.substr(0, slash);
    shown.module = module.substr(slash + 1);
    if (const auto seen = system_.info(each.pid)) shown.name = seen->name;
  }
  return list;
}

nlohmann::json event_manager::status() {
  auto list = nlohmann::json::array();
  for (const installed& each : handlers_) {
    nlohmann::json shown{{"handler", each.name}, {"pid", process::pid_text(each.pid)}, {"state", nullptr}};
    if (each.supervisor != 0) shown["supervisor"] = process::pid_text(each.supervisor);
    if (system_.enter_resident(self_, each.pid) == entered::yes) {
      process::process& resident = *system_.find(each.pid);
      std::string schema;
      std::string bytes;
      std::string error;
      const bool seen = resident.kind().status(resident, schema, bytes, error) == PB_OK;
      system_.leave_resident(self_, resident);
      const auto parsed = message::parse_schema(seen ? schema : std::string());
      if (seen && parsed) {
        if (auto value = message::binary_to_json(*parsed, bytes)) shown["state"] = std::move(*value);
      }
    }
    system_.give_up_resident(self_);
    list.push_back(std::move(shown));
  }
  return {{"handlers", std::move(list)}};
}

}  // namespace patchbay::behaviour
