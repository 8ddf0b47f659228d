#include "node/log_queue.hpp"

#include <utility>

namespace patchbay::node {

log_queue::log_queue(const overload_limits& limits, std::function<void(const log_record&)> write)
    : limits_(limits), write_(std::move(write)), writer_([this] { main(); }) {}

log_queue::~log_queue() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_one();
  writer_.join();
}

bool log_queue::over_burst(clock::time_point now) {
  if (now - window_began_ >= limits_.window) {
    window_began_ = now;
    in_window_ = 0;
  }
  return ++in_window_ > limits_.burst;
}

void log_queue::push(log_record record) {
  std::unique_lock lock(mutex_);
  if (over_burst(clock::now())) {
    ++dropped_;
    changed_.notify_one();
    return;
  }
  if (waiting_.size() >= limits_.flush) {
    dropped_ += waiting_.size();
    done_ += waiting_.size();
    waiting_.clear();
    written_.notify_all();
  }
  if (waiting_.size() >= limits_.drop) {
    ++dropped_;
    return;
  }
  const bool waits = waiting_.size() >= limits_.sync && std::this_thread::get_id() != writer_.get_id();
  waiting_.push_back(std::move(record));
  const std::uint64_t own = ++pushed_;
  changed_.notify_one();
  if (waits) written_.wait_for(lock, patience, [&] { return done_ >= own; });
}

void log_queue::drain(std::chrono::milliseconds limit) {
  std::unique_lock lock(mutex_);
  const std::uint64_t last = pushed_;
  written_.wait_for(lock, limit, [&] { return done_ >= last; });
}

std::size_t log_queue::waiting() const {
  const std::lock_guard lock(mutex_);
  return waiting_.size();
}

log_record log_queue::told() {
  log_record record;
  record.what.level = PB_LOG_WARNING;
  record.what.text = std::to_string(std::exchange(dropped_, 0)) + " log records dropped: more than " +
                     std::to_string(limits_.drop) + " waited, or more than " + std::to_string(limits_.burst) +
                     " came within " + std::to_string(limits_.window.count()) + " ms";
  return record;
}

void log_queue::main() {
  std::unique_lock lock(mutex_);
  for (;;) {
    if (!waiting_.empty()) {
      // A record counts as waiting until it is written; who flushes meanwhile takes only those behind it.
      const log_record next = std::move(waiting_.front());
      waiting_.pop_front();
      lock.unlock();
      write_(next);
      lock.lock();
      ++done_;
      written_.notify_all();
      continue;
    }
    if (dropped_ != 0 && (stopping_ || clock::now() - window_began_ >= limits_.window)) {
      const log_record dropped = told();
      lock.unlock();
      write_(dropped);
      lock.lock();
      continue;
    }
    if (stopping_) return;
    if (dropped_ != 0) {
      changed_.wait_until(lock, window_began_ + limits_.window);
    } else {
      changed_.wait(lock, [&] { return stopping_ || dropped_ != 0 || !waiting_.empty(); });
    }
  }
}

}  // namespace patchbay::node
