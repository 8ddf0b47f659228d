#include "release/swap/migration.hpp"

#include <memory>
#include <utility>

#include "message/envelope.hpp"
#include "message/type_registry.hpp"
#include "release/swap/private_copy.hpp"
#include "scheduler/thread_context.hpp"

namespace patchbay::release {
shadow::shadow(shadow&& other) noexcept { *this = std::move(other); }

shadow& shadow::operator=(shadow&& other) noexcept {
  std::swap(state_type_, other.state_type_);
  std::swap(state_, other.state_);
  std::swap(continue_type_, other.continue_type_);
  std::swap(continue_object_, other.continue_object_);
  std::swap(continue_message_, other.continue_message_);
  std::swap(supervisor_, other.supervisor_);
  return *this;
}

shadow::~shadow() {
  if (state_ != nullptr) {
    state_type_->destroy(state_);
    message::release_storage(*state_type_, state_);
  }
  if (continue_object_ != nullptr) {
    continue_type_->destroy(continue_object_);
    message::release_storage(*continue_type_, continue_object_);
  }
}

migration::migration(const route& way, const pb_args* config) : way_(way), config_(config) {}
migration::~migration() = default;

std::string migration::read(const void* state, std::string* encoded) {
  if (way_.how == route::way::supervisor) {
    supervisor_ = std::make_unique<behaviour::supervisor_change>(*static_cast<const behaviour::supervision*>(state));
    if (encoded != nullptr) *encoded = supervisor_->args_json();
    return {};
  }
  const pb_type& from = *way_.from->table().state;
  copy_ = std::make_unique<private_copy>(from, way_.how == route::way::bytes ? *way_.to->table().state : *way_.before);
  std::string why = copy_->read(state);
  return why.empty() && encoded != nullptr ? copy_->encode(state, *encoded) : why;
}

std::string migration::finish(shadow& made) {
  if (supervisor_ != nullptr) return supervise(made);
  if (std::string why = copy_->finish(); !why.empty()) return why;
  if (way_.how == route::way::code_change) return change(copy_->made().storage(), made);
  made.state_type_ = way_.to->table().state;
  made.state_ = copy_->made().take();
  return {};
}

std::string migration::supervise(shadow& made) {
  scheduler::thread_context& self = *scheduler::this_thread();
  self.pure = true;
  self.purity_violated = false;
  std::string why = supervisor_->prepare(*way_.to);
  self.pure = false;
  if (why.empty() && self.purity_violated) {
    why = "init called the host for more than log and args (in_code_change), while its supervisor was being upgraded";
  }
  if (why.empty()) made.supervisor_ = std::move(supervisor_);
  return why;
}

std::string migration::change(const void* input, shadow& made) {
  const bool up = way_.up;
  const pb_type& to = *way_.to->table().state;
  owned output(*way_.after);
  if (output.storage() == nullptr) return "no memory for the new state";
  std::string text;
  const pb_sink error = message::string_sink(text);
  pb_result result{};
  result.struct_size = sizeof(pb_result);
  result.reason_text = &error;
  const pb_code_change what{sizeof(pb_code_change), up ? PB_UP : PB_DOWN, way_.from->table().state->version, to.version,
                            config_};
  scheduler::thread_context& self = *scheduler::this_thread();
  self.pure = true;
  self.purity_violated = false;
  const pb_status status = (up ? way_.migration->up : way_.migration->down)(&what, input, output.storage(), &result);
  self.pure = false;
  if (status == PB_OK) output.fill();
  if (status == PB_OK && up && result.next == PB_NEXT_CONTINUE) {
    const pb_module& table = way_.to->table();
    if (result.continue_message >= table.message_count ||
        table.messages[result.continue_message]->kind != PB_KIND_CONTINUE) {
      return "code_change asked for a continue that the module does not have";
    }
    made.continue_type_ = table.messages[result.continue_message]->type;
    made.continue_object_ = result.continue_object;
    made.continue_message_ = result.continue_message;
  }
  if (self.purity_violated) {
    return "code_change called the host for more than log and args (in_code_change); ask for an effect by returning a "
           "continue";
  }
  if (status != PB_OK) return step_failed("code_change", status, text);
  if (way_.after == &to || message::same_layout(*way_.after, to)) {
    made.state_type_ = &to;
    made.state_ = output.take();
    return {};
  }
  private_copy last(*way_.after, to);
  std::string why = last.read(output.storage());
  if (why.empty()) why = last.finish();
  if (!why.empty()) return why;
  made.state_type_ = &to;
  made.state_ = last.made().take();
  return {};
}

}  // namespace patchbay::release
