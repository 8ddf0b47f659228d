#include "behaviour/statem_actions.hpp"

#include <algorithm>
#include <utility>

#include "message/type_registry.hpp"

namespace patchbay::behaviour {
namespace {

bool is_timeout(std::uint32_t kind) {
  return kind == PB_KIND_EVENT_TIMEOUT || kind == PB_KIND_STATE_TIMEOUT || kind == PB_KIND_GENERIC_TIMEOUT;
}
bool insertable(std::uint32_t kind) {
  return kind == PB_KIND_INTERNAL || kind == PB_KIND_CALL || kind == PB_KIND_CAST || kind == PB_KIND_INFO;
}

}  // namespace

struct statem_actions::functions {
  static statem_actions& of(void* context) { return *static_cast<statem_actions*>(context); }

  static void postpone(void* context) {
    statem_actions& self = of(context);
    if (self.enter_) return self.refuse("postpone");
    self.postpone = true;
  }
  static void reply(void* context, const pb_from* to, const pb_type* type, void* object) {
    message::payload content;
    content.own(*type, object, &of(context).self_.group());
    of(context).reply(*to, *type, std::move(content));
  }
  static void next_event(void* context, std::uint32_t index, const pb_from* from, void* object) {
    statem_actions& self = of(context);
    const pb_message* entry = self.entry_at(index);
    if (entry == nullptr || entry->type == nullptr) return self.refuse("{next_event, " + std::to_string(index) + "}");
    event made(entry->kind);
    made.type_id = entry->type->host_id;
    made.content.own(*entry->type, object, &self.self_.group());
    if (self.enter_) return self.refuse("{next_event, _, " + self.name_of(*entry) + "}");
    if (!insertable(entry->kind) || (entry->kind == PB_KIND_CALL) != (from != nullptr)) {
      return self.refuse("{next_event, _, " + self.name_of(*entry) + "}");
    }
    if (from != nullptr) made.from = *from;
    self.inserted.push_back(std::move(made));
  }
  static void timeout(void* context, std::uint32_t kind, pb_str name, std::uint64_t ms, std::uint32_t absolute,
                      std::uint32_t index, void* object) {
    timeout_action action;
    action.ms = ms;
    action.absolute = absolute != 0;
    // An infinite one never fires: what runs is cancelled.
    if (ms == PB_INFINITY) action.todo = timeout_action::what::cancel;
    of(context).add(std::move(action), kind, name, index, object);
  }
  static void update_timeout(void* context, std::uint32_t kind, pb_str name, std::uint32_t index, void* object) {
    timeout_action action;
    action.todo = timeout_action::what::update;
    of(context).add(std::move(action), kind, name, index, object);
  }
  static void cancel_timeout(void* context, std::uint32_t kind, pb_str name) {
    statem_actions& self = of(context);
    if (!is_timeout(kind)) return self.refuse("{timeout " + std::to_string(kind) + ", cancel}");
    timeout_action action;
    action.todo = timeout_action::what::cancel;
    action.timer = event(kind);
    action.timer.name = message::view(name);
    self.timeouts.push_back(std::move(action));
  }
};

statem_actions::statem_actions(process::system& system, process::process& self, direct_reply* direct)
    : system_(system), self_(self), direct_(direct) {
  table_ = {this,
            functions::postpone,
            functions::reply,
            functions::next_event,
            functions::timeout,
            functions::cancel_timeout,
            functions::update_timeout};
}

bool statem_actions::has_replied(std::uint64_t tag) const noexcept {
  return std::find(replied_.begin(), replied_.end(), tag) != replied_.end();
}

void statem_actions::reply(const pb_from& to, const pb_type& type, message::payload content) {
  replied_.push_back(to.tag);
  if (direct_ == nullptr || direct_->tag != to.tag) return system_.answer(to.tag, std::move(content));
  if (direct_->replied) return;  // the second reply to one call: nobody waits for it
  direct_->replied = true;
  if (message::same_layout(type, *direct_->type)) {
    type.move(content.object(), direct_->storage);
  } else {
    direct_->status = content.convert(*direct_->type, direct_->storage, direct_->error);
  }
}

const pb_message* statem_actions::entry_at(std::uint32_t index) const noexcept {
  const pb_module& table = self_.code().table();
  return index < table.message_count ? table.messages[index] : nullptr;
}

std::string statem_actions::name_of(const pb_message& entry) {
  return entry.type == nullptr ? "no message" : std::string(message::view(entry.type->name));
}

void statem_actions::add(timeout_action action, std::uint32_t kind, pb_str name, std::uint32_t index, void* object) {
  const pb_message* entry = entry_at(index);
  if (entry == nullptr || entry->type == nullptr) return refuse("{timeout, message " + std::to_string(index) + "}");
  action.timer = event(kind);
  action.timer.name = message::view(name);
  action.timer.type_id = entry->type->host_id;
  action.timer.content.own(*entry->type, object, &self_.group());
  if (!is_timeout(kind) || entry->kind != kind) return refuse("{timeout, _, " + name_of(*entry) + "}");
  timeouts.push_back(std::move(action));
}

void statem_actions::refuse(const std::string& action) {
  if (!bad_.empty()) return;
  bad_ = (enter_ ? "bad_state_enter_action_from_state_function: " : "bad_action_from_state_function: ") + action;
}

}  // namespace patchbay::behaviour
