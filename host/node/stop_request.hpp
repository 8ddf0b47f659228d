#pragma once
// Somebody wants the host to stop; who owns it waits for that.
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>

namespace patchbay::node {

/// Thread: any.
class stop_request {
 public:
  void ask(std::string why) { ask(std::move(why), false); }
  /// What runs here cannot go on: the program ends with a failure.
  void ask_failed(std::string why) { ask(std::move(why), true); }
  void wait() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return asked_; });
  }
  bool wait_for(std::chrono::milliseconds limit) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, limit, [&] { return asked_; });
  }
  /// The first who asked, asked by ask_failed.
  [[nodiscard]] bool failed() const {
    const std::lock_guard lock(mutex_);
    return failed_;
  }
  /// Empty: nobody asked yet.
  [[nodiscard]] std::string why() const {
    const std::lock_guard lock(mutex_);
    return why_;
  }

 private:
  void ask(std::string why, bool failed) {
    const std::lock_guard lock(mutex_);
    if (asked_) return;
    asked_ = true;
    failed_ = failed;
    why_ = std::move(why);
    changed_.notify_all();
  }

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool asked_ = false;   // guarded by mutex_
  bool failed_ = false;  // guarded by mutex_
  std::string why_;      // guarded by mutex_
};

}  // namespace patchbay::node
