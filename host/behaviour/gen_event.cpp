#include "behaviour/gen_event.hpp"

#include <memory>
#include <utility>

#include "behaviour/event_manager.hpp"

namespace patchbay::behaviour {

using process::reason;

void gen_event::bind(process::system& owner, host_table::module_finder find_module, gen_server& plain) {
  system_ = &owner;
  find_module_ = std::move(find_module);
  handlers_.bind(owner, plain);
}

event_manager* gen_event::manager_of(const process::process& self) noexcept {
  if (dynamic_cast<const gen_event*>(&self.kind()) == nullptr) return nullptr;
  return static_cast<event_manager*>(self.state());
}

std::future<outcome<std::vector<child_info>>> gen_event::ask_handlers(process::system& system, pb_pid manager) {
  using answer = outcome<std::vector<child_info>>;
  const auto told = std::make_shared<std::promise<answer>>();
  auto later = told->get_future();
  // Called exactly once: with nullptr where the process is gone.
  (void)system.run_on(manager, [told, manager](process::process* self) {
    const event_manager* asked = self == nullptr ? nullptr : manager_of(*self);
    if (asked != nullptr) {
      told->set_value(asked->children());
    } else if (self == nullptr) {
      told->set_value(error{"noproc", "noproc: " + process::pid_text(manager) + " is no process"});
    } else {
      told->set_value(error{"badarg", "badarg: " + process::pid_text(manager) + " is no event manager"});
    }
  });
  return later;
}

process::init_outcome gen_event::init(process::process& self, const std::string& /*args_json*/) {
  self.set_trap_exit(true);
  self.set_hears_awaited(true);
  self.set_state(new event_manager(*system_, find_module_, self));
  return {};
}

void gen_event::handle(process::process& self, std::unique_ptr<message::mail>& letter) {
  if (letter->kind == message::signal::call) {
    system_->refuse(letter->from.tag, PB_E_UNDEF_MESSAGE,
                    "undef_message: " + self.code().name() +
                        " takes no calls of its own; call one of its handlers, by gen_event:call");
    return;
  }
  const std::uint32_t kind = letter->kind == message::signal::cast ? PB_KIND_CAST : PB_KIND_INFO;
  manager_of(self)->notify(kind, std::move(letter->content), 0);
}

process::inline_answer gen_event::handle_inline(process::process& /*self*/, process::inline_call& /*call*/,
                                                pb_status& /*status*/) {
  return process::inline_answer::queue;
}

void gen_event::handle_response(process::process& self, process::late_response& answer) {
  manager_of(self)->respond(std::move(answer));
}

void gen_event::handle_exit(process::process& self, const message::exit_notice& signal) {
  if (self.is_from_parent(signal)) return self.stop({signal.reason, signal.text});
  manager_of(self)->signal(signal);
}
void gen_event::handle_down(process::process& self, const message::exit_notice& signal) {
  manager_of(self)->signal(signal);
}
void gen_event::handle_timeout(process::process& /*self*/) {}

void gen_event::resume(process::process& self) { manager_of(self)->resume(); }
void gen_event::abandon(process::process& self) noexcept { system_->give_up_resident(self); }

void gen_event::terminate(process::process& self, const reason& /*why*/) {
  if (event_manager* manager = manager_of(self)) manager->stop();
}

void gen_event::destroy_state(process::process& self) noexcept {
  event_manager* manager = manager_of(self);
  manager->kill();
  delete manager;
  self.set_state(nullptr);
}

pb_status gen_event::status(process::process& self, std::string& schema, std::string& bytes, std::string& /*error*/) {
  schema.clear();
  bytes = manager_of(self)->status().dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  return PB_OK;
}

}  // namespace patchbay::behaviour
