#include <algorithm>
#include <utility>

#include "behaviour/statem_machine.hpp"

namespace patchbay::behaviour {

statem_timers::~statem_timers() {
  for (const timer& each : timers_) {
    if (each.id != 0) system_.stop_timer(each.id);
  }
}

void statem_timers::start(const process::process& self, event what, port::steady_time when) {
  cancel(what.kind, what.name);
  const std::uint64_t number = ++last_;
  const std::uint64_t id = system_.start_timer(self, when, number);
  timers_.push_back({std::move(what), number, id});
}

void statem_timers::start_zero(event what) {
  cancel(what.kind, what.name);
  timers_.push_back({std::move(what), ++last_, 0});
}

void statem_timers::cancel(std::uint32_t kind, std::string_view name) {
  const auto it = std::find_if(timers_.begin(), timers_.end(),
                               [&](const timer& each) { return each.what.kind == kind && each.what.name == name; });
  if (it != timers_.end()) stop(static_cast<std::size_t>(it - timers_.begin()));
}

bool statem_timers::update(event& what) {
  for (timer& each : timers_) {
    if (each.what.kind != what.kind || each.what.name != what.name) continue;
    each.what = std::move(what);
    return true;
  }
  return false;
}

event_list statem_timers::take(std::uint64_t number) {
  for (std::size_t i = 0; i < timers_.size(); ++i) {
    if (timers_[i].number == number) return take_at(i);
  }
  return {};
}

event_list statem_timers::take_zero() {
  for (std::size_t i = 0; i < timers_.size(); ++i) {
    if (timers_[i].id == 0) return take_at(i);
  }
  return {};
}

void statem_timers::stop(std::size_t index) {
  if (timers_[index].id != 0) system_.stop_timer(timers_[index].id);
  timers_.erase(timers_.begin() + static_cast<std::ptrdiff_t>(index));
}

event_list statem_timers::take_at(std::size_t index) {
  event_list taken;
  taken.push_back(std::move(timers_[index].what));
  timers_.erase(timers_.begin() + static_cast<std::ptrdiff_t>(index));
  return taken;
}

}  // namespace patchbay::behaviour
