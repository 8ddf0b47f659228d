#pragma once
// Queues without a thread, and threads without a queue.
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <vector>

#include "scheduler/run_queue.hpp"

namespace patchbay::scheduler {

class thread_context;

/// A run queue and the thread that serves it.
/// `owner` changes by compare-and-swap only: to nullptr by that thread, or by the timekeeper that takes it from a thread stuck in a handler.
struct worker_slot {
  run_queue queue;
  std::atomic<thread_context*> owner{nullptr};
};

/// Brings the two together. A thread that blocks in a handler gives its slot here, a spare takes it; when the first comes back it becomes a spare
/// itself. Thread: any.
class spares {
 public:
  enum class offer { taken_over, need_thread, refused };

  explicit spares(unsigned max_threads) : max_threads_(max_threads) {}

  /// Whether a slot that is given now would be served: a spare waits, or a thread may still be made (the caller makes it when
  /// need_thread comes back). With refused nothing has changed; `forced` never refuses. REQUIRES: the caller has just set slot.owner from itself to nullptr, and sets it
  /// back when refused.
  offer give(worker_slot& slot, bool forced = false);

  // After need_thread, where no thread could be made:
  /// True: the slot is its giver's again. False: a thread that came free has taken it meanwhile.
  bool withdraw(worker_slot& slot);
  /// The slot waits for the next thread that comes free.
  void no_thread();

  /// Waits for a slot; nullptr when stopping.
  worker_slot* take(thread_context& self);

  void stop();

 private:
  std::mutex mutex_;
  std::condition_variable given_;
  std::vector<worker_slot*> slots_;
  unsigned waiting_ = 0;
  unsigned threads_ = 0;
  unsigned max_threads_;
  bool stopping_ = false;
};

}  // namespace patchbay::scheduler
