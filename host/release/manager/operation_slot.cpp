#include "release/manager/operation_slot.hpp"

#include <utility>

namespace patchbay::release {

operation_slot::holder::~holder() {
  if (slot_ == nullptr) return;
  // Under the lock: whoever waits in close may destroy the slot as soon as it sees it free.
  const std::lock_guard lock(slot_->mutex_);
  slot_->current_.clear();
  slot_->freed_.notify_all();
}

outcome<operation_slot::holder> operation_slot::take(std::string what) {
  const std::lock_guard lock(mutex_);
  if (cancelled()) return error{"shutting_down", "the host is stopping; no release operation begins any more"};
  if (!current_.empty())
    return error{"busy", "`" + current_ + "` runs; one release operation at a time, try again when it has ended"};
  current_ = std::move(what);
  return holder(*this);
}

std::string operation_slot::current() const {
  const std::lock_guard lock(mutex_);
  return current_;
}

void operation_slot::close() {
  std::unique_lock lock(mutex_);
  closed_.store(true, std::memory_order_release);
  freed_.wait(lock, [&] { return current_.empty(); });
}

}  // namespace patchbay::release
