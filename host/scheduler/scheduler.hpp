#pragma once
// Workers that run units: queues, stealing, spare threads, the freeze's view of all threads.
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "port/cpu.hpp"
#include "port/futex.hpp"
#include "scheduler/gate.hpp"
#include "scheduler/manual.hpp"
#include "scheduler/run_queue.hpp"
#include "scheduler/spares.hpp"
#include "scheduler/thread_context.hpp"
#include "scheduler/timekeeper.hpp"

namespace patchbay::scheduler {

/// What runs a unit: takes its messages, a bounded batch, and then releases the token or submits the unit again.
class runner {
 public:
  virtual ~runner() = default;
  /// Thread: a worker that holds the unit's token.
  virtual void run(unit& item, thread_context& self) = 0;
  /// A handler has run for that long; called once for each such handler. Thread: the timekeeper's.
  virtual void handler_runs_long(const unit& item, std::uint32_t message, std::chrono::milliseconds since) = 0;
};

struct scheduler_options {
  unsigned workers = 0;                          ///< 0: one per core
  unsigned max_spares = 64;                      ///< threads beyond the workers
  std::chrono::milliseconds retake_after{10};    ///< in one handler: a spare takes the worker's queue over
  std::chrono::milliseconds long_handler{1000};  ///< in one handler: reported
  manual* by_hand = nullptr;                     ///< no threads: run_one() runs, the time is its own
};

/// Invariants:
///  - A queue (worker_slot) is served by at most one thread; a slot without one lies in spares_ and is taken by a spare, so every queued
///    unit is reachable by some thread that is not blocked, as long as spares are left.
///  - A worker sleeps only after it announced itself in sleeping_ and then found every queue empty; a submitter first queues and then reads
///    sleeping_. Both are seq_cst: one of them sees the other, so no unit stays queued beside sleeping workers.
class scheduler {
 public:
  scheduler(scheduler_options options, runner& what_runs);
  ~scheduler();
  scheduler(const scheduler&) = delete;
  scheduler& operator=(const scheduler&) = delete;

  void start();
  /// Ends all workers after what they are running now. Units still queued stay unrun. Thread: none of the workers.
  void stop();

  /// Queues a unit whose token the caller holds. Thread: any.
  void submit(unit& held) noexcept;
  /// Puts a unit behind its closed gate, or queues it where that has opened. Thread: any, with the token.
  void defer(unit& held) noexcept;

  /// Registers the calling thread. REQUIRES: it is not registered.
  void attach(thread_context& context);
  void detach(thread_context& context);

  /// Hands the calling worker's queue to a spare, for the time that the caller sleeps in a handler. False: no spare is left
  /// (`overloaded`). Threads without a queue have nothing to hand on: true.
  bool begin_blocking(thread_context& self);

  [[nodiscard]] timers& timer_queue() noexcept { return keeper_.timer_queue(); }
  [[nodiscard]] timekeeper& keeper() noexcept { return keeper_; }
  /// scheduler_options::by_hand.
  [[nodiscard]] manual* by_hand() const noexcept { return options_.by_hand; }
  /// Runs one unit that is ready, after the timers that are due. False: there is none. REQUIRES: by_hand(); the calling thread is registered.
  bool run_one(thread_context& self);
  /// The time, or by_hand()'s.
  [[nodiscard]] port::steady_time now() const noexcept {
    return options_.by_hand == nullptr ? std::chrono::steady_clock::now() : options_.by_hand->now();
  }

  [[nodiscard]] unsigned workers() const noexcept { return static_cast<unsigned>(slots_.size()); }

  /// Time that gates were closed, since the start: deadlines of calls shift by it. Thread: any.
  [[nodiscard]] std::chrono::nanoseconds frozen_time() const noexcept;

  /// Calls `look` for each registered thread. Thread: any; threads neither come nor go meanwhile.
  template <class Look>
  void each_thread(Look look) const {
    const std::lock_guard lock(contexts_mutex_);
    for (thread_context* context : contexts_) look(*context);
  }

 private:
  friend class freezer;
  friend class quarantine;
  gate& keep_gate();
  void worker_main();
  unit* find_work(thread_context& self) noexcept;
  bool anything_queued() const noexcept;
  bool search_a_while() noexcept;
  void park();
  void wake_one() noexcept;
  bool owns_slot(thread_context& self) noexcept;
  void add_thread();  // std::system_error, std::bad_alloc
  bool try_add_thread() noexcept;
  bool watch();
  void retake(thread_context& stuck);

  scheduler_options options_;
  runner& runner_;
  std::vector<std::unique_ptr<worker_slot>> slots_;
  run_queue injected_;
  spares spares_;
  timekeeper keeper_;

  std::atomic<std::uint32_t> sleeping_{0};
  std::atomic<std::uint32_t> searching_{0};
  std::atomic<std::uint32_t> wakes_{0};  // futex
  std::atomic<bool> stopping_{false};
  std::atomic<std::int64_t> frozen_ns_{0};
  std::atomic<std::int64_t> frozen_since_{0};  // steady ns while gates are closed, else 0

  mutable std::mutex contexts_mutex_;
  std::vector<thread_context*> contexts_;  // guarded by contexts_mutex_
  std::mutex threads_mutex_;
  std::vector<std::unique_ptr<gate>> kept_gates_;  // guarded by threads_mutex_; quarantines, which are rare
  std::vector<std::thread> threads_;               // guarded by threads_mutex_
};

/// The time as the calling thread's scheduler has it; the machine's where it is registered with none.
port::steady_time now() noexcept;

/// Registers the calling thread for its lifetime: calls from it run inline, and it takes part in freezes.
/// Nests: an inner one does nothing.
class attached_thread {
 public:
  explicit attached_thread(scheduler& owner);
  ~attached_thread();
  attached_thread(const attached_thread&) = delete;
  attached_thread& operator=(const attached_thread&) = delete;
  [[nodiscard]] thread_context& context() noexcept { return *current_; }

 private:
  std::optional<thread_context> own_;  // none where the thread was registered already
  thread_context* current_;
  thread_context* outer_;
};

}  // namespace patchbay::scheduler
