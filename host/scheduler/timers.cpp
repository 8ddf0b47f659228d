#include "scheduler/timers.hpp"

#include <utility>

#include "scheduler/scheduler.hpp"

namespace patchbay::scheduler {

std::uint64_t timers::add(port::steady_time due, action what) {
  std::uint64_t id = 0;
  bool earliest = false;
  {
    const std::lock_guard lock(mutex_);
    id = ++last_id_;
    heap_.push_back({due, id, std::move(what)});
    places_[id] = heap_.size() - 1;
    sift_up(heap_.size() - 1);
    earliest = heap_.front().id == id;
  }
  if (earliest) kick_();
  return id;
}

std::optional<std::chrono::nanoseconds> timers::cancel(std::uint64_t id, action* what) {
  // The entry outlives the lock: its action may own what must not be destroyed under it.
  entry taken{};
  {
    const std::lock_guard lock(mutex_);
    const auto it = places_.find(id);
    if (it == places_.end()) return std::nullopt;
    taken = take(it->second);
  }
  if (what != nullptr) *what = std::move(taken.what);
  const auto left = taken.due - now();
  return left.count() < 0 ? std::chrono::nanoseconds{0} : left;
}

void timers::fire(port::steady_time now) {
  for (;;) {
    entry due{};
    {
      const std::lock_guard lock(mutex_);
      if (heap_.empty() || heap_.front().due > now) return;
      due = take(0);
    }
    due.what();
  }
}

port::steady_time timers::next() const {
  const std::lock_guard lock(mutex_);
  return heap_.empty() ? port::steady_time::max() : heap_.front().due;
}

std::size_t timers::size() const {
  const std::lock_guard lock(mutex_);
  return heap_.size();
}

timers::entry timers::take(std::size_t index) {
  entry taken = std::move(heap_[index]);
  places_.erase(taken.id);
  entry last = std::move(heap_.back());
  heap_.pop_back();
  if (index < heap_.size()) {
    place(index, std::move(last));
    sift_up(index);
    sift_down(index);
  }
  return taken;
}

void timers::place(std::size_t index, entry&& what) {
  places_[what.id] = index;
  heap_[index] = std::move(what);
}

void timers::sift_up(std::size_t index) {
  while (index > 0) {
    const std::size_t parent = (index - 1) / 2;
    if (!earlier(heap_[index], heap_[parent])) return;
    std::swap(heap_[index], heap_[parent]);
    places_[heap_[index].id] = index;
    places_[heap_[parent].id] = parent;
    index = parent;
  }
}

void timers::sift_down(std::size_t index) {
  for (;;) {
    std::size_t least = index;
    for (const std::size_t child : {2 * index + 1, 2 * index + 2}) {
      if (child < heap_.size() && earlier(heap_[child], heap_[least])) least = child;
    }
    if (least == index) return;
    std::swap(heap_[index], heap_[least]);
    places_[heap_[index].id] = index;
    places_[heap_[least].id] = least;
    index = least;
  }
}

}  // namespace patchbay::scheduler
