#include "scheduler/work_pool.hpp"

#include <exception>
#include <utility>

namespace patchbay::scheduler {

work_pool::answer work_pool::submit(std::unique_ptr<piece>& what) {
  std::unique_lock lock(mutex_);
  if (stopping_) return answer::stopping;
  const bool may_grow = threads_.size() < options_.max_threads;
  if (!may_grow && waiting_.size() >= options_.max_waiting + free_) return answer::overloaded;
  if (waiting_.size() >= free_ && may_grow && !grow() && threads_.empty()) return answer::overloaded;
  waiting_.push_back(std::move(what));
  join_ended(lock);
  lock.unlock();
  given_.notify_one();
  return answer::accepted;
}

bool work_pool::grow() {
  const auto self = threads_.emplace(threads_.end());
  try {
    *self = std::thread([this, self] { serve(self); });
  } catch (const std::exception&) {  // no thread, or no memory to make it with
    threads_.erase(self);
    return false;
  }
  ++free_;
  return true;
}

void work_pool::serve(std::list<std::thread>::iterator self) {
  std::unique_lock lock(mutex_);
  for (;;) {
    given_.wait_for(lock, options_.idle_for, [this] { return stopping_ || !waiting_.empty(); });
    --free_;
    if (stopping_ || waiting_.empty()) break;
    {
      const std::unique_ptr<piece> next = std::move(waiting_.front());
      waiting_.pop_front();
      lock.unlock();
      next->run();
    }
    lock.lock();
    ++free_;
  }
  if (!stopping_) ended_.splice(ended_.end(), threads_, self);
}

void work_pool::join_ended(std::unique_lock<std::mutex>& lock) {
  if (ended_.empty()) return;
  std::list<std::thread> gone;
  gone.swap(ended_);
  // Each has nothing left to do but to let go of the mutex.
  lock.unlock();
  for (std::thread& each : gone) each.join();
  lock.lock();
}

void work_pool::stop() {
  std::deque<std::unique_ptr<piece>> dropped;
  {
    std::unique_lock lock(mutex_);
    stopping_ = true;
    dropped.swap(waiting_);
    join_ended(lock);
  }
  given_.notify_all();
  dropped.clear();  // now, not when the last thread has ended; and never under the mutex: it runs a plugin's code
  for (std::thread& each : threads_) each.join();
  const std::lock_guard lock(mutex_);
  threads_.clear();
}

}  // namespace patchbay::scheduler
