#pragma once
// Threads for work that blocks, beside the workers. They run no units and take no part in freezes.
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <list>
#include <memory>
#include <mutex>
#include <thread>

namespace patchbay::scheduler {

struct work_pool_options {
  unsigned max_threads = 64;
  std::size_t max_waiting = 1000;            ///< pieces that no thread has begun; beyond: overloaded
  std::chrono::milliseconds idle_for{5000};  ///< a thread without work ends after that long
};

/// Pieces begin in the order of submit(). Thread: any, but for stop().
///
/// Invariants, all under mutex_:
///  - free_ threads run no piece: each looks at the queue before it sleeps or ends. More than free_ pieces wait only where there are max_threads
///    threads, or the system makes no more.
///  - A thread that ends moves itself from threads_ to ended_, where the next submit() or stop() joins it.
class work_pool {
 public:
  struct piece {
    piece() = default;
    piece(const piece&) = delete;
    piece& operator=(const piece&) = delete;
    virtual ~piece() = default;  ///< without run() before it where the pool stops first
    virtual void run() noexcept = 0;
  };

  explicit work_pool(work_pool_options options = {}) : options_(options) {}
  ~work_pool() { stop(); }
  work_pool(const work_pool&) = delete;
  work_pool& operator=(const work_pool&) = delete;

  enum class answer { accepted, overloaded, stopping };
  /// Takes the piece where it is accepted, and only then.
  answer submit(std::unique_ptr<piece>& what);
  /// Drops what has not begun, waits for what runs. Thread: none of the pool's.
  void stop();

 private:
  /// One more thread, free; false: the system has none. REQUIRES: mutex_.
  bool grow();
  void serve(std::list<std::thread>::iterator self);
  void join_ended(std::unique_lock<std::mutex>& lock);

  work_pool_options options_;
  std::mutex mutex_;
  std::condition_variable given_;
  std::deque<std::unique_ptr<piece>> waiting_;  // guarded by mutex_, as is all below
  std::list<std::thread> threads_;
  std::list<std::thread> ended_;
  std::size_t free_ = 0;
  bool stopping_ = false;
};

}  // namespace patchbay::scheduler
