#include "behaviour/event_handler.hpp"

#include <memory>
#include <utility>

#include "behaviour/args.hpp"
#include "behaviour/event_manager.hpp"
#include "behaviour/gen_event.hpp"

namespace patchbay::behaviour {

using process::reason;

process::init_outcome event_handler::init(process::process& self, const std::string& args_json) {
  const auto refuse = [](std::string why) {
    return process::init_outcome{PB_E_INIT, reason::failure(std::move(why)), true};
  };
  // It acts as the manager that runs it on this thread; one that was started by anything else acts as itself.
  const process::process* manager = process::running_process();
  const event_manager* owner = gen_event::manager_of(*manager);
  if (owner == nullptr || owner->adding() == nullptr) {
    return refuse(self.code().name() + " is an event handler: add it to a manager by gen_event:add_handler");
  }
  const event_addition& added = *owner->adding();
  const pb_module& table = self.code().table();
  const auto args = args_table::parse(args_json);
  if (!args) return refuse(args.failure().text);
  std::optional<args_table> replaced;
  if (added.replaced) replaced.emplace(*added.replaced);
  void* state = message::allocate_storage(*table.state);
  if (state == nullptr) return refuse("no memory for the state");
  std::string text;
  const pb_sink sink = message::string_sink(text);
  const pb_status status = table.event->init(args->handle(), replaced ? replaced->handle() : nullptr, state, &sink);
  if (status != PB_OK) {
    message::release_storage(*table.state, state);
    return refuse(status == PB_E_EXCEPTION ? "{'EXIT'," + text + "}" : text);
  }
  self.set_state(state);
  self.set_trap_exit(true);
  return {};
}

void event_handler::handle(process::process& self, std::unique_ptr<message::mail>& letter) {
  const std::uint64_t tag = letter->kind == message::signal::call ? letter->from.tag : 0;
  auto kept = std::make_shared<std::unique_ptr<message::mail>>(std::move(letter));
  const pb_status sent =
      system_->pass_question(self.parent(), tag, [handler = self.pid(), kept](process::process& p, std::uint64_t) {
        if (event_manager* manager = gen_event::manager_of(p)) manager->give(handler, std::move(*kept));
      });
  if (sent != PB_OK && tag != 0) system_->refuse(tag, PB_E_NOPROC, "noproc: its event manager has ended");
}

process::inline_answer event_handler::handle_inline(process::process& /*self*/, process::inline_call& /*call*/,
                                                    pb_status& /*status*/) {
  return process::inline_answer::queue;
}

void event_handler::handle_response(process::process& /*self*/, process::late_response& /*answer*/) {}
void event_handler::handle_exit(process::process& /*self*/, const message::exit_notice& /*signal*/) {}
void event_handler::handle_down(process::process& /*self*/, const message::exit_notice& /*signal*/) {}
void event_handler::handle_timeout(process::process& /*self*/) {}
void event_handler::terminate(process::process& /*self*/, const reason& /*why*/) {}

void event_handler::destroy_state(process::process& self) noexcept {
  if (self.end() != nullptr && self.end()->why.kind == PB_EXIT_KILLED) {
    (void)system_->run_on(self.parent(), [handler = self.pid()](process::process* p) {
      event_manager* manager = p == nullptr ? nullptr : gen_event::manager_of(*p);
      if (manager != nullptr) manager->killed(handler);
    });
  }
  plain_->destroy_state(self);
}

pb_status event_handler::status(process::process& self, std::string& schema, std::string& bytes, std::string& error) {
  return plain_->status(self, schema, bytes, error);
}

}  // namespace patchbay::behaviour
