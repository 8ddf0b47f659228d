#include "behaviour/statem_transition.hpp"

#include <utility>

namespace patchbay::behaviour {

using process::reason;

pb_result* statem_transition::begin() {
  text_.clear();
  sink_ = message::string_sink(text_);
  result_ = {};
  result_.struct_size = sizeof result_;
  result_.reason_text = &sink_;
  result_.statem = &statem_;
  statem_ = {};
  statem_.struct_size = sizeof statem_;
  statem_.actions = actions_.table();
  return &result_;
}

void statem_transition::run(event_list& now, const pb_message& entry, void* object) {
  event& what = now.front();
  begin();
  statem_.name = message::str(what.name);
  self_.touch();
  const pb_from* from = what.kind == PB_KIND_CALL ? &what.from : nullptr;
  const pb_status status = entry.handle(self_.state(), object, from, nullptr, &result_);
  const bool changed = status == PB_OK && statem_.outcome == PB_STATEM_NEXT && statem_.changed != 0;
  const bool repeated = status == PB_OK && statem_.outcome == PB_STATEM_REPEAT;
  void* old_state = statem_.old_state;
  const bool goes_on = check(status, "bad_return_from_state_function") && enter(changed || repeated, old_state);
  if (old_state != nullptr) self_.code().table().statem->forget(old_state);
  const bool waits = from != nullptr && !what.unanswered && !actions_.has_replied(from->tag);
  if (waits) {
    what.unanswered = true;
    system_.leave_unanswered(self_, from->tag);
  }
  if (!goes_on) return;
  if (actions_.postpone) {
    // Of an inline call the content is still the caller's.
    if (what.content.empty() && what.signal == nullptr && entry.type != nullptr &&
        !what.content.set_object(*entry.type, object, &self_.group())) {
      return self_.stop(reason::failure("no memory for a postponed event"));
    }
    machine_.postponed.splice(machine_.postponed.end(), now);
  }
  follow(changed);
}

void statem_transition::start() {
  // Nothing can be postponed in init.
  actions_.postpone = false;
  if (!actions_.bad().empty()) return self_.stop(reason::failure(actions_.bad()));
  if (enter(true, nullptr)) follow(false);
}

bool statem_transition::check(pb_status status, const char* bad_return) {
  if (status != PB_OK) {
    self_.stop(reason::failure(text_.empty() ? "exception" : text_));
    return false;
  }
  if (!actions_.bad().empty()) {
    self_.stop(reason::failure(actions_.bad()));
    return false;
  }
  if (statem_.outcome == PB_STATEM_STOP) {
    self_.stop(why());
    return false;
  }
  if (statem_.outcome > PB_STATEM_STOP) {
    self_.stop(reason::failure(std::string(bad_return) + ": outcome " + std::to_string(statem_.outcome)));
    return false;
  }
  return true;
}

bool statem_transition::enter(bool due, const void* old_state) {
  const pb_statem_callbacks& callbacks = *self_.code().table().statem;
  if (callbacks.state_enter == 0) return true;
  actions_.begin_enter();
  while (due) {
    begin();
    const pb_status status = callbacks.enter(old_state, self_.state(), &result_);
    old_state = nullptr;  // repeat_state: once more, from this state
    if (!check(status, "bad_state_enter_return_from_state_function")) return false;
    if (statem_.outcome == PB_STATEM_NEXT && statem_.changed != 0) {
      if (statem_.old_state != nullptr) callbacks.forget(statem_.old_state);
      self_.stop(reason::failure("bad_state_enter_return_from_state_function: next_state, another one"));
      return false;
    }
    due = statem_.outcome == PB_STATEM_REPEAT;
  }
  return true;
}

void statem_transition::follow(bool changed) {
  if (changed) machine_.queue.splice(machine_.queue.begin(), machine_.postponed);
  machine_.queue.splice(machine_.queue.begin(), actions_.inserted);
  machine_.timers.cancel(PB_KIND_EVENT_TIMEOUT);
  if (changed) machine_.timers.cancel(PB_KIND_STATE_TIMEOUT);
  auto& timeouts = actions_.timeouts;
  for (std::size_t i = 0; i < timeouts.size(); ++i) {
    bool last = true;
    for (std::size_t j = i + 1; j < timeouts.size(); ++j) {
      last = last &&
             (timeouts[j].timer.kind != timeouts[i].timer.kind || timeouts[j].timer.name != timeouts[i].timer.name);
    }
    if (last) apply(timeouts[i]);
  }
}

void statem_transition::apply(timeout_action& action) {
  switch (action.todo) {
    case timeout_action::what::cancel:
      return machine_.timers.cancel(action.timer.kind, action.timer.name);
    case timeout_action::what::update:
      if (!machine_.timers.update(action.timer)) machine_.timers.start_zero(std::move(action.timer));
      return;
    case timeout_action::what::start:
      break;
  }
  // What no clock reaches is for ever, as PB_INFINITY.
  constexpr std::uint64_t century = 36525ull * 24 * 3600 * 1000;
  if (action.ms > century) return machine_.timers.cancel(action.timer.kind, action.timer.name);
  const process::milliseconds time(action.ms);
  if (action.absolute) return machine_.timers.start(self_, std::move(action.timer), port::steady_time(time));
  if (action.ms == 0) return machine_.timers.start_zero(std::move(action.timer));
  machine_.timers.start(self_, std::move(action.timer), process::deadline_after(time));
}

}  // namespace patchbay::behaviour
