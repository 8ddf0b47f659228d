#include "behaviour/supervisor.hpp"

#include <memory>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

#include "behaviour/supervisor_init.hpp"
#include "behaviour/supervisor_report.hpp"
#include "message/envelope.hpp"

namespace patchbay::behaviour {
namespace {

using process::reason;

supervision& children_of(process::process& self) { return *static_cast<supervision*>(self.state()); }

}  // namespace

void supervisor::bind(process::system& owner, host_table::module_finder find_module, partition_table* partitions) {
  context_ = {&owner, std::move(find_module), partitions};
}

process::init_outcome supervisor::init(process::process& self, const std::string& args_json) {
  self.set_trap_exit(true);
  auto read = ask_module(self.code(), args_json);
  if (read.failed.status != PB_OK) return std::move(read.failed);
  auto state = std::make_unique<supervision>(context_, self, read.spec.flags, args_json);
  // {shutdown, …} is an orderly reason: the supervisor's own report has told it, no crash report besides.
  if (auto why = state->start_children(std::move(read.spec.children))) return {PB_E_INIT, std::move(*why), true};
  self.set_state(state.release());
  return {};
}

void supervisor::handle_exit(process::process& self, const message::exit_notice& signal) {
  reason why{signal.reason, signal.text};
  if (signal.sender == self.parent()) return self.stop(std::move(why));
  children_of(self).child_exited(signal.sender, why);
}

void supervisor::terminate(process::process& self, const reason& /*why*/) {
  if (self.state() != nullptr) children_of(self).stop_children();
}

void supervisor::destroy_state(process::process& self) noexcept {
  delete static_cast<supervision*>(self.state());
  self.set_state(nullptr);
}

void supervisor::handle(process::process& self, std::unique_ptr<message::mail>& box) {
  message::mail& letter = *box;
  const std::string name = context_.system->types().name(letter.content.type_id());
  if (letter.kind == message::signal::call) {
    context_.system->refuse(letter.from.tag, PB_E_UNDEF_MESSAGE,
                            "undef_message: " + supervisor_name(self) + " is a supervisor and takes no " + name);
    return;
  }
  unexpected(self, name);
}

process::inline_answer supervisor::handle_inline(process::process& self, process::inline_call& call,
                                                 pb_status& status) {
  status = PB_E_UNDEF_MESSAGE;
  if (call.error != nullptr) {
    const std::string text = "undef_message: " + supervisor_name(self) + " is a supervisor and takes no " +
                             std::string(message::view(call.request_type->name));
    call.error->write(call.error->context, text.data(), text.size());
  }
  return process::inline_answer::refused;
}

void supervisor::handle_response(process::process& self, process::late_response& answer) {
  unexpected(self, context_.system->types().name(answer.type_id));
}
void supervisor::handle_down(process::process& self, const message::exit_notice& /*signal*/) {
  unexpected(self, "'DOWN'");
}
void supervisor::handle_timeout(process::process& self) { unexpected(self, "timeout"); }

void supervisor::unexpected(const process::process& self, std::string_view what) const {
  context_.system->log(PB_LOG_ERROR,
                       "supervisor " + supervisor_name(self) + " received unexpected message: " + std::string(what),
                       self.pid());
}

pb_status supervisor::status(process::process& self, std::string& schema, std::string& bytes, std::string& /*error*/) {
  auto children = nlohmann::json::array();
  const auto newest_first = children_of(self).which_children();
  for (auto next = newest_first.rbegin(); next != newest_first.rend(); ++next) {
    const child_info& each = *next;
    nlohmann::json entry{{"id", each.id},
                         {"pid", each.pid == 0 ? nlohmann::json() : nlohmann::json(process::pid_text(each.pid))},
                         {"module", each.application + "/" + each.module},
                         {"type", word(each.type)},
                         {"restart", word(each.restart)}};
    if (!each.name.empty()) entry["name"] = each.name;
    if (each.restarting) entry["restarting"] = true;
    children.push_back(std::move(entry));
  }
  schema.clear();
  bytes =
      nlohmann::json{{"strategy", word(children_of(self).flags().strategy)}, {"children", std::move(children)}}.dump(
          -1, ' ', false, nlohmann::json::error_handler_t::replace);
  return PB_OK;
}

}  // namespace patchbay::behaviour
