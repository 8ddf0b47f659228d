#include "scheduler/manual.hpp"

namespace patchbay::scheduler {

void manual::push(unit& ready) {
  const std::lock_guard lock(mutex_);
  ready_.push_back(&ready);
}

unit* manual::take() {
  const std::lock_guard lock(mutex_);
  if (ready_.empty()) return nullptr;
  // By remainder, not by a distribution: those differ between standard libraries, and a seed is written down.
  const std::size_t at = seed_ == 0 ? 0 : static_cast<std::size_t>(random_() % ready_.size());
  unit* next = ready_[at];
  ready_.erase(ready_.begin() + static_cast<std::ptrdiff_t>(at));
  return next;
}

bool manual::idle() const {
  const std::lock_guard lock(mutex_);
  return ready_.empty();
}

void manual::clear() {
  const std::lock_guard lock(mutex_);
  ready_.clear();
}

}  // namespace patchbay::scheduler
