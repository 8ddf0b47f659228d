#include "scheduler/spares.hpp"

namespace patchbay::scheduler {

spares::offer spares::give(worker_slot& slot, bool forced) {
  const std::lock_guard lock(mutex_);
  // Spares that wait may already be claimed by slots that lie here.
  const bool spare_left = waiting_ > slots_.size();
  if (!spare_left && threads_ >= max_threads_ && !forced) return offer::refused;
  slots_.push_back(&slot);
  if (spare_left || threads_ >= max_threads_) {
    given_.notify_one();
    return offer::taken_over;
  }
  ++threads_;
  return offer::need_thread;
}

bool spares::withdraw(worker_slot& slot) {
  const std::lock_guard lock(mutex_);
  --threads_;
  return std::erase(slots_, &slot) != 0;
}

void spares::no_thread() {
  const std::lock_guard lock(mutex_);
  --threads_;
}

worker_slot* spares::take(thread_context& self) {
  std::unique_lock lock(mutex_);
  ++waiting_;
  given_.wait(lock, [this] { return stopping_ || !slots_.empty(); });
  --waiting_;
  if (stopping_) return nullptr;
  worker_slot* slot = slots_.back();
  slots_.pop_back();
  slot->owner.store(&self, std::memory_order_release);
  return slot;
}

void spares::stop() {
  const std::lock_guard lock(mutex_);
  stopping_ = true;
  given_.notify_all();
}

}  // namespace patchbay::scheduler
