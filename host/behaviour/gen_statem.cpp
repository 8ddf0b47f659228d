#include "behaviour/gen_statem.hpp"

#include <utility>

#include "behaviour/args.hpp"
#include "behaviour/opened.hpp"
#include "behaviour/statem_transition.hpp"
#include "message/type_registry.hpp"

namespace patchbay::behaviour {

using process::inline_answer;
using process::reason;

namespace {

machine& machine_of(process::process& self) { return static_cast<machine&>(*self.ties().own); }

const pb_message* entry_of(const process::process& self, const event& what) {
  return what.type_id == 0 ? self.code().builtin(what.kind) : self.code().find(what.kind, what.type_id);
}

event_list alone(event what) {
  event_list one;
  one.push_back(std::move(what));
  return one;
}

}  // namespace

process::init_outcome gen_statem::init(process::process& self, const std::string& args_json) {
  const pb_module& table = self.code().table();
  outcome<args_table> args = args_table::parse(args_json);
  if (!args) return {PB_E_INIT, reason::failure(args.failure().text), false};
  void* state = message::allocate_storage(*table.state);
  if (state == nullptr) return {PB_E_INIT, reason::failure("no memory for the state"), false};
  self.ties().own = std::make_unique<machine>(*system_, self.code());
  const auto first = std::make_shared<statem_transition>(*system_, self, machine_of(self), nullptr);
  pb_result* result = first->begin();
  const pb_status status = table.init(args->handle(), state, result);
  const std::uint32_t outcome = first->returned().outcome;
  if (status == PB_OK && outcome == PB_STATEM_KEEP) {
    self.set_state(state);
    system_->run_after_init(self, [this, first](process::process* begun) {
      if (begun == nullptr) return;
      first->start();
      if (!begun->stopping()) drain(*begun, nullptr);
    });
    return {};
  }
  message::release_storage(*table.state, state);
  const reason why = first->why();
  if (status != PB_OK) return {PB_E_INIT, reason::failure(why.text.empty() ? "exception" : why.text), false};
  switch (outcome) {
    case PB_STATEM_IGNORE:
      return {PB_E_IGNORE, reason::normal(), true};
    case PB_STATEM_ERROR:
      return {PB_E_INIT, why, true};
    case PB_STATEM_STOP:
      return {PB_E_INIT, why, false};
    default:
      return {PB_E_INIT, reason::failure("bad_return_from_init: outcome " + std::to_string(outcome)), false};
  }
}

void gen_statem::handle(process::process& self, std::unique_ptr<message::mail>& letter) {
  event what(letter->kind == message::signal::call   ? PB_KIND_CALL
             : letter->kind == message::signal::cast ? PB_KIND_CAST
                                                     : PB_KIND_INFO);
  what.type_id = letter->content.type_id();
  what.content = std::move(letter->content);
  what.from = letter->from;
  letter.reset();  // its content is the event's
  run(self, alone(std::move(what)));
}

inline_answer gen_statem::handle_inline(process::process& self, process::inline_call& call, pb_status& status) {
  const pb_message* entry = self.code().find(PB_KIND_CALL, call.request_type->host_id);
  // In another layout it is a letter's content.
  if (entry == nullptr || !message::same_layout(*entry->type, *call.request_type)) return inline_answer::queue;
  settle_in(self);
  direct_reply direct{call.from.tag, call.reply_type, call.reply_storage, call.error, false, PB_OK};
  event what(PB_KIND_CALL);
  what.type_id = call.request_type->host_id;
  what.from = call.from;
  event_list now = alone(std::move(what));
  statem_transition(*system_, self, machine_of(self), &direct).run(now, *entry, call.request);
  drain(self, &direct);
  status = direct.status;
  if (direct.replied) return status == PB_OK ? inline_answer::replied : inline_answer::refused;
  if (!self.stopping()) return inline_answer::noreply;
  status = PB_E_EXIT;
  const std::string why = self.end()->why.words();
  if (call.error != nullptr) call.error->write(call.error->context, why.data(), why.size());
  return inline_answer::refused;
}

void gen_statem::handle_response(process::process& self, process::late_response& answer) {
  event what(PB_KIND_RESPONSE);
  what.type_id = answer.type_id;
  if (entry_of(self, what) == nullptr) return undef(self, what);
  what.signal = std::make_unique<event_signal>();
  what.signal->ref = answer.request;
  what.signal->status = answer.status;
  what.signal->text = std::move(answer.text);
  if (answer.status == PB_OK) what.content = std::move(answer.content);
  run(self, alone(std::move(what)));
}

void gen_statem::handle_exit(process::process& self, const message::exit_notice& signal) {
  // The parent's exit is no event: it ends the machine, and terminate runs.
  if (self.is_from_parent(signal)) return self.stop({signal.reason, signal.text});
  event what(PB_KIND_EXIT);
  what.signal = std::make_unique<event_signal>();
  *what.signal = {signal.sender, 0, signal.reason, PB_OK, signal.text};
  run(self, alone(std::move(what)));
}

void gen_statem::handle_down(process::process& self, const message::exit_notice& signal) {
  event what(PB_KIND_DOWN);
  what.signal = std::make_unique<event_signal>();
  *what.signal = {signal.sender, signal.monitor, signal.reason, PB_OK, signal.text};
  run(self, alone(std::move(what)));
}

void gen_statem::handle_timer(process::process& self, std::uint64_t number) {
  event_list now = machine_of(self).timers.take(number);
  if (!now.empty()) run(self, std::move(now));
}

void gen_statem::run(process::process& self, event_list now, direct_reply* direct) {
  settle_in(self);
  dispatch(self, now, direct);
  drain(self, direct);
}

void gen_statem::drain(process::process& self, direct_reply* direct) {
  machine& own = machine_of(self);
  while (!self.stopping()) {
    event_list now;
    if (own.queue.empty()) {
      now = own.timers.take_zero();
    } else {
      now.splice(now.begin(), own.queue, own.queue.begin());
    }
    if (now.empty()) return;
    dispatch(self, now, direct);
  }
}

void gen_statem::dispatch(process::process& self, event_list& now, direct_reply* direct) {
  event& what = now.front();
  const pb_message* entry = entry_of(self, what);
  if (entry == nullptr) return undef(self, what);
  statem_transition step(*system_, self, machine_of(self), direct);
  if (what.kind == PB_KIND_EXIT) {
    pb_exit told{what.signal->process, {what.signal->reason, message::str(what.signal->text)}};
    return step.run(now, *entry, &told);
  }
  if (what.kind == PB_KIND_DOWN) {
    pb_down told{what.signal->ref, what.signal->process, {what.signal->reason, message::str(what.signal->text)}};
    return step.run(now, *entry, &told);
  }
  if (what.kind == PB_KIND_RESPONSE) return respond(self, now, *entry, direct);
  std::string error;
  const opened content(what.content, *entry->type, error);
  if (content.object() == nullptr) return undef(self, what);
  step.run(now, *entry, content.object());
}

void gen_statem::respond(process::process& self, event_list& now, const pb_message& entry, direct_reply* direct) {
  event& what = now.front();
  pb_response told{what.signal->ref, what.signal->status, nullptr, message::str(what.signal->text)};
  statem_transition step(*system_, self, machine_of(self), direct);
  if (what.content.empty()) return step.run(now, entry, &told);
  std::string error;
  const opened reply(what.content, *entry.reply, error);
  if (reply.object() == nullptr) return undef(self, what);
  told.reply = reply.object();
  step.run(now, entry, &told);
}

void gen_statem::undef(process::process& self, event& what) {
  const std::string name =
      what.type_id == 0 ? what.kind == PB_KIND_EXIT ? "'EXIT'" : "'DOWN'" : system_->types().name(what.type_id);
  const std::string text = "undef_message: " + self.code().application() + "/" + self.code().name() + " " +
                           self.code().version() + " takes no " + (name.empty() ? "such message" : name) +
                           (entry_of(self, what) != nullptr ? " in this form" : "");
  if (what.kind == PB_KIND_CALL) return system_->refuse(what.from.tag, PB_E_UNDEF_MESSAGE, text);
  system_->log(PB_LOG_WARNING, text + ": dropped", self.pid());
}

void gen_statem::settle_in(process::process& self) {
  machine& own = machine_of(self);
  if (own.code == &self.code()) return;
  own.code = &self.code();
  // What was kept becomes an object of this generation, so that the other one is needed no longer.
  const auto fits = [&](event& what) {
    if (what.content.empty()) return true;
    const pb_message* entry = entry_of(self, what);
    const pb_type* type = entry == nullptr ? nullptr : what.kind == PB_KIND_RESPONSE ? entry->reply : entry->type;
    if (type == nullptr) {
      undef(self, what);
      return false;
    }
    message::payload moved;
    void* storage = moved.allocate(*type);
    if (storage == nullptr) return true;  // converted, or not, when its turn comes
    std::string error;
    const pb_sink sink = message::string_sink(error);
    if (what.content.convert(*type, storage, &sink) != PB_OK) {
      undef(self, what);
      return false;
    }
    moved.adopt(*type, &self.group());
    what.content = std::move(moved);
    return true;
  };
  own.postponed.remove_if([&](event& what) { return !fits(what); });
  own.timers.review(fits);
}

}  // namespace patchbay::behaviour
