#include "behaviour/gen_server.hpp"

#include <optional>
#include <utility>

#include "behaviour/args.hpp"
#include "behaviour/opened.hpp"
#include "behaviour/opened_response.hpp"
#include "message/type_registry.hpp"

namespace patchbay::behaviour {

using message::allocate_storage;
using message::release_storage;
using message::view;
using process::inline_answer;
using process::reason;

/// One run of a handler: what it answers, and the text that goes with it.
struct gen_server::run {
  run() : sink(message::string_sink(text)) {
    result.struct_size = sizeof(pb_result);
    result.reason_text = &sink;
  }
  run(const run&) = delete;
  run& operator=(const run&) = delete;

  [[nodiscard]] bool replied() const noexcept {
    return result.action == PB_ACTION_REPLY || result.action == PB_ACTION_STOP_REPLY;
  }
  [[nodiscard]] reason why() const { return {result.reason_kind, text}; }

  std::string text;
  pb_sink sink;
  pb_result result{};
};

namespace {

/// A coroutine handler from its first await to its end: what it refers to stays where it is.
struct coroutine final : process::flight {
  explicit coroutine(const pb_message& message) : entry(&message) {}
  ~coroutine() override {
    if (object == nullptr) return;
    entry->type->destroy(object);
    release_storage(*entry->type, object);
  }
  const pb_message* entry;
  void* frame = nullptr;                  // the plugin's, while it waits
  std::unique_ptr<message::mail> letter;  // a call's, cast's or info's
  std::optional<opened> request;          // lies in letter
  void* object = nullptr;                 // a continue's
  message::payload reply;
  bool unanswered = false;
};

std::uint32_t kind_of(const message::mail& letter) noexcept {
  return letter.kind == message::signal::call   ? PB_KIND_CALL
         : letter.kind == message::signal::cast ? PB_KIND_CAST
                                                : PB_KIND_INFO;
}

std::string exception_text(const std::string& what) { return what.empty() ? "exception" : what; }

}  // namespace

process::init_outcome gen_server::init(process::process& self, const std::string& args_json) {
  const pb_module& table = self.code().table();
  outcome<args_table> args = args_table::parse(args_json);
  if (!args) return {PB_E_INIT, reason::failure(args.failure().text), false};
  void* state = allocate_storage(*table.state);
  if (state == nullptr) return {PB_E_INIT, reason::failure("no memory for the state"), false};
  run answer;
  const pb_status status = table.init(args->handle(), state, &answer.result);
  if (status == PB_OK && answer.result.action == PB_ACTION_NOREPLY) {
    self.set_state(state);
    if (answer.result.next != PB_NEXT_CONTINUE) {
      settle(self, status, answer);
      return {};
    }
    const std::uint32_t message = answer.result.continue_message;
    void* object = answer.result.continue_object;
    system_->run_after_init(self, [this, message, object, &table](process::process* begun) {
      if (begun != nullptr) return run_continue(*begun, message, object);
      if (message >= table.message_count || object == nullptr) return;
      table.messages[message]->type->destroy(object);
      release_storage(*table.messages[message]->type, object);
    });
    return {};
  }
  release_storage(*table.state, state);
  if (status != PB_OK) return {PB_E_INIT, reason::failure(exception_text(answer.text)), false};
  switch (answer.result.action) {
    case PB_ACTION_IGNORE:
      return {PB_E_IGNORE, reason::normal(), true};
    case PB_ACTION_ERROR:
      return {PB_E_INIT, answer.why(), true};
    case PB_ACTION_STOP:
      return {PB_E_INIT, answer.why(), false};
    default:
      return {PB_E_INIT, reason::failure("bad_return_value from init"), false};
  }
}

void gen_server::handle(process::process& self, std::unique_ptr<message::mail>& box) {
  message::mail& letter = *box;
  const std::uint32_t kind = kind_of(letter);
  const pb_message* entry = self.code().find(kind, letter.content.type_id());
  if (entry == nullptr) return unknown(self, letter);
  if ((entry->flags & PB_MESSAGE_COROUTINE) != 0) return begin(self, *entry, box);
  std::string error;
  const opened request(letter.content, *entry->type, error);
  if (request.object() == nullptr) return unknown(self, letter);
  self.touch();
  if (kind == PB_KIND_CALL) return call(self, *entry, request.object(), letter);
  run answer;
  const pb_status status = entry->handle(self.state(), request.object(), nullptr, nullptr, &answer.result);
  settle(self, status, answer);
}

void gen_server::begin(process::process& self, const pb_message& entry, std::unique_ptr<message::mail>& box) {
  auto flight = std::make_unique<coroutine>(entry);
  std::string error;
  flight->request.emplace(box->content, *entry.type, error);
  if (flight->request->object() == nullptr) return unknown(self, *box);
  const bool is_call = box->kind == message::signal::call;
  void* storage = is_call ? flight->reply.allocate(*entry.reply) : nullptr;
  if (is_call && storage == nullptr) return system_->refuse(box->from.tag, PB_E_NOMEM, "no memory for the reply");
  flight->letter = std::move(box);
  coroutine& running = *flight;
  self.ties().handler = std::move(flight);
  system_->begin_flight(self);
  self.touch();
  run answer;
  const pb_status status = entry.handle(self.state(), running.request->object(),
                                        is_call ? &running.letter->from : nullptr, storage, &answer.result);
  advance(self, status, answer);
}

void gen_server::resume(process::process& self) {
  auto& flight = static_cast<coroutine&>(*self.ties().handler);
  self.touch();
  run answer;
  const pb_status status = flight.entry->resume(std::exchange(flight.frame, nullptr), &answer.result);
  advance(self, status, answer);
}

void gen_server::abandon(process::process& self) noexcept {
  auto& flight = static_cast<coroutine&>(*self.ties().handler);
  if (flight.frame != nullptr) flight.entry->destroy(std::exchange(flight.frame, nullptr));
}

void gen_server::advance(process::process& self, pb_status status, run& answer) {
  auto& flight = static_cast<coroutine&>(*self.ties().handler);
  const std::uint64_t tag =
      flight.letter != nullptr && flight.letter->kind == message::signal::call ? flight.letter->from.tag : 0;
  if (tag != 0 && !std::exchange(flight.unanswered, true)) system_->leave_unanswered(self, tag);
  if (status == PB_OK && answer.result.action == PB_ACTION_AWAIT && answer.result.coroutine != nullptr) {
    flight.frame = answer.result.coroutine;
    const std::uint64_t limit = answer.result.await_ms;
    system_->await(self, answer.result.await_ref,
                   limit >= 1ull << 52 ? process::infinity : process::milliseconds(limit));
    return;
  }
  const auto done = std::move(self.ties().handler);  // what it refers to lives until here
  system_->end_flight(self);
  const bool replied = status == PB_OK && answer.replied() && tag != 0;
  if (replied) flight.reply.adopt(*flight.entry->reply, &self.group());
  settle(self, status, answer);
  if (replied) finish_call(self, answer, tag, std::move(flight.reply));
}

void gen_server::finish_call(process::process& self, const run& answer, std::uint64_t tag, message::payload reply) {
  if (answer.result.action == PB_ACTION_STOP_REPLY && self.stopping()) {
    // terminate runs before the reply goes out.
    self.end()->reply_tag = tag;
    self.end()->reply = std::move(reply);
    return;
  }
  system_->answer(tag, std::move(reply));
}

void gen_server::call(process::process& self, const pb_message& entry, void* request, message::mail& letter) {
  const std::uint64_t tag = letter.from.tag;
  message::payload reply;
  void* storage = reply.allocate(*entry.reply);
  if (storage == nullptr) return system_->refuse(tag, PB_E_NOMEM, "no memory for the reply");
  run answer;
  const pb_status status = entry.handle(self.state(), request, &letter.from, storage, &answer.result);
  const bool replied = status == PB_OK && answer.replied();
  if (replied) {
    reply.adopt(*entry.reply, &self.group());
  } else {
    system_->leave_unanswered(self, tag);
  }
  settle(self, status, answer);
  if (replied) finish_call(self, answer, tag, std::move(reply));
}

inline_answer gen_server::handle_inline(process::process& self, process::inline_call& call, pb_status& status) {
  const pb_message* entry = self.code().find(PB_KIND_CALL, call.request_type->host_id);
  const auto undef = [&] {
    status = PB_E_UNDEF_MESSAGE;
    const std::string text = "undef_message: " + self.code().name() + " " + self.code().version() + " takes no " +
                             std::string(view(call.request_type->name)) + " in this form";
    if (call.error != nullptr) call.error->write(call.error->context, text.data(), text.size());
    return inline_answer::refused;
  };
  if (entry == nullptr) return undef();
  if ((entry->flags & PB_MESSAGE_COROUTINE) != 0) return inline_answer::queue;
  const bool same = message::same_layout(*entry->type, *call.request_type);
  if (same && message::same_layout(*entry->reply, *call.reply_type)) {
    return run_inline(self, call, *entry, call.request, call.reply_storage, status);
  }
  // Another layout: both ways through a payload of the right type.
  message::payload request;
  if (!request.set_object(*call.request_type, call.request, nullptr)) {
    status = PB_E_NOMEM;
    return inline_answer::refused;
  }
  std::string error;
  const opened object(request, *entry->type, error);
  if (object.object() == nullptr) return undef();
  message::payload reply;
  void* storage = reply.allocate(*entry->reply);
  const inline_answer answered = run_inline(self, call, *entry, object.object(), storage, status);
  if (answered != inline_answer::replied) return answered;
  reply.adopt(*entry->reply, nullptr);
  status = reply.convert(*call.reply_type, call.reply_storage, call.error);
  return status == PB_OK ? inline_answer::replied : inline_answer::refused;
}

inline_answer gen_server::run_inline(process::process& self, process::inline_call& call, const pb_message& entry,
                                     void* request, void* reply, pb_status& status) {
  run answer;
  const pb_status handled = entry.handle(self.state(), request, &call.from, reply, &answer.result);
  const bool replied = handled == PB_OK && answer.replied();
  settle(self, handled, answer);
  if (replied) return inline_answer::replied;
  if (!self.stopping()) return inline_answer::noreply;
  status = PB_E_EXIT;
  const std::string why = self.end()->why.words();
  if (call.error != nullptr) call.error->write(call.error->context, why.data(), why.size());
  return inline_answer::refused;
}

void gen_server::unknown(process::process& self, message::mail& letter) {
  const std::string name = system_->types().name(letter.content.type_id());
  const std::string text =
      "undef_message: " + self.code().application() + "/" + self.code().name() + " " + self.code().version() +
      " takes no " + (name.empty() ? "such message" : name) +
      (self.code().find(kind_of(letter), letter.content.type_id()) != nullptr ? " in this form" : "");
  if (letter.kind == message::signal::call) {
    system_->refuse(letter.from.tag, PB_E_UNDEF_MESSAGE, text);
  } else {
    system_->drop(text, self.pid());
  }
}

void gen_server::handle_response(process::process& self, process::late_response& answered) {
  const pb_message* entry = self.code().find(PB_KIND_RESPONSE, answered.type_id);
  if (entry == nullptr) {
    system_->log(PB_LOG_WARNING,
                 self.code().name() + " has no handle_info for the response of " +
                     system_->types().name(answered.type_id) + ": dropped",
                 self.pid());
    return;
  }
  self.touch();
  opened_response told(answered, *entry->reply);
  run answer;
  const pb_status status = entry->handle(self.state(), told.get(), nullptr, nullptr, &answer.result);
  settle(self, status, answer);
}

void gen_server::handle_exit(process::process& self, const message::exit_notice& signal) {
  // The parent's exit never reaches handle_info: it ends the server, and terminate runs.
  if (self.is_from_parent(signal)) return self.stop({signal.reason, signal.text});
  pb_exit object{signal.sender, {signal.reason, message::str(signal.text)}};
  builtin(self, PB_KIND_EXIT, &object);
}

void gen_server::handle_down(process::process& self, const message::exit_notice& signal) {
  pb_down object{signal.monitor, signal.sender, {signal.reason, message::str(signal.text)}};
  builtin(self, PB_KIND_DOWN, &object);
}

void gen_server::handle_timeout(process::process& self) { builtin(self, PB_KIND_TIMEOUT, nullptr); }

void gen_server::builtin(process::process& self, std::uint32_t kind, void* object) {
  const pb_message* entry = self.code().builtin(kind);
  if (entry == nullptr) {
    const char* what = kind == PB_KIND_EXIT ? "'EXIT'" : kind == PB_KIND_DOWN ? "'DOWN'" : "timeout";
    system_->log(PB_LOG_WARNING, self.code().name() + " has no handle_info for " + what + ": dropped", self.pid());
    return;
  }
  self.touch();
  run answer;
  const pb_status status = entry->handle(self.state(), object, nullptr, nullptr, &answer.result);
  settle(self, status, answer);
}

void gen_server::settle(process::process& self, pb_status status, run& answer) {
  const pb_result& result = answer.result;
  if (status != PB_OK) return self.stop(reason::failure(exception_text(answer.text)));
  if (result.action == PB_ACTION_STOP || result.action == PB_ACTION_STOP_REPLY) return self.stop(answer.why());
  if (result.action != PB_ACTION_NOREPLY && result.action != PB_ACTION_REPLY) {
    return self.stop(reason::failure("bad_return_value: action " + std::to_string(result.action)));
  }
  if (result.next == PB_NEXT_TIMEOUT) {
    // uint64 milliseconds beyond what a duration holds are for ever, as PB_INFINITY.
    if (result.timeout_ms < 1ull << 52) system_->arm_idle(self, process::milliseconds(result.timeout_ms));
  } else if (result.next == PB_NEXT_CONTINUE) {
    run_continue(self, result.continue_message, result.continue_object);
  }
}

void gen_server::run_continue(process::process& self, std::uint32_t message, void* object) {
  // A continue may ask for another: a loop, not a recursion.
  while (true) {
    const pb_module& table = self.code().table();
    if (message >= table.message_count || table.messages[message]->kind != PB_KIND_CONTINUE || object == nullptr) {
      return self.stop(reason::failure("bad_return_value: no such continue"));
    }
    const pb_message& entry = *table.messages[message];
    self.touch();
    run answer;
    if ((entry.flags & PB_MESSAGE_COROUTINE) != 0) {
      auto flight = std::make_unique<coroutine>(entry);
      flight->object = object;
      self.ties().handler = std::move(flight);
      system_->begin_flight(self);
      const pb_status began = entry.handle(self.state(), object, nullptr, nullptr, &answer.result);
      return advance(self, began, answer);
    }
    const pb_status status = entry.handle(self.state(), object, nullptr, nullptr, &answer.result);
    entry.type->destroy(object);
    release_storage(*entry.type, object);
    if (status != PB_OK || answer.result.next != PB_NEXT_CONTINUE) return settle(self, status, answer);
    message = answer.result.continue_message;
    object = answer.result.continue_object;
  }
}

void gen_server::terminate(process::process& self, const reason& why) {
  const pb_module& table = self.code().table();
  if (table.terminate == nullptr || self.state() == nullptr) return;
  std::string text;
  const pb_sink sink = message::string_sink(text);
  const pb_reason raw = why.raw();
  if (table.terminate(&raw, self.state(), &sink) != PB_OK) {
    system_->log(PB_LOG_ERROR, self.code().name() + " terminate failed: " + exception_text(text), self.pid());
  }
}

void gen_server::destroy_state(process::process& self) noexcept {
  const pb_type& type = *self.code().table().state;
  type.destroy(self.state());
  release_storage(type, self.state());
  self.set_state(nullptr);
}

pb_status gen_server::status(process::process& self, std::string& schema, std::string& bytes, std::string& error) {
  const pb_module& table = self.code().table();
  const pb_sink out = message::string_sink(bytes);
  const pb_sink why = message::string_sink(error);
  if (table.format_status == nullptr || table.status == nullptr) {
    return state(self, schema, bytes, error);
  }
  const pb_type& type = *table.status;
  schema = view(type.schema);
  void* shown = allocate_storage(type);
  if (shown == nullptr) return PB_E_NOMEM;
  pb_status result = table.format_status(self.state(), shown, &why);
  if (result == PB_OK) {
    result = type.encode(shown, &out, &why);
    type.destroy(shown);
  }
  release_storage(type, shown);
  return result;
}

pb_status gen_server::state(process::process& self, std::string& schema, std::string& bytes, std::string& error) {
  const pb_type& type = *self.code().table().state;
  const pb_sink out = message::string_sink(bytes);
  const pb_sink why = message::string_sink(error);
  if (type.encode == nullptr) {
    error = "its state has no encoded form";
    return PB_E_UNSUPPORTED;
  }
  schema = view(type.schema);
  return type.encode(self.state(), &out, &why);
}

pb_status gen_server::replace_state(process::process& self, const std::string& bytes, std::string& error) {
  const pb_type& type = *self.code().table().state;
  void* next = allocate_storage(type);
  if (next == nullptr) return PB_E_NOMEM;
  const pb_sink why = message::string_sink(error);
  if (const pb_status status = type.decode({bytes.data(), bytes.size()}, next, &why); status != PB_OK) {
    release_storage(type, next);
    return status;
  }
  destroy_state(self);
  self.set_state(next);
  self.touch();
  return PB_OK;
}

}  // namespace patchbay::behaviour
