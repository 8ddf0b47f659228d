#pragma once
// What one thread is doing inside the runtime: the units whose tokens it holds, innermost last.
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace patchbay::scheduler {

class gate;
class scheduler;
class unit;
struct worker_slot;

/// Written by its own thread; `running`, `entries` and `message` are read by the freezer and the watchdog.
/// Lives while its thread is registered with the scheduler.
class thread_context {
 public:
  /// Tokens that one thread may hold: inline calls (at most max_inline) and starts within starts.
  static constexpr unsigned max_depth = 32;
  static constexpr unsigned max_inline = 8;
  /// Below this much stack a call is queued instead of run inline.
  static constexpr std::size_t stack_reserve = 64 * 1024;

  explicit thread_context(scheduler& owner) noexcept;
  thread_context(const thread_context&) = delete;
  thread_context& operator=(const thread_context&) = delete;

  /// Publishes that this thread is about to run `next`, then looks at its gate (gate.hpp has the proof). False: the gate bars it and nothing
  /// is held; the caller still has the token and defers it. REQUIRES: the token, depth() < max_depth.
  bool enter(unit& next) noexcept;
  /// REQUIRES: the innermost unit's token has been given on, or the unit's process has ended.
  void leave() noexcept;
  /// The gate of the innermost unit bars it since it was entered, and this thread is not deeper in the set.
  [[nodiscard]] bool should_yield() const noexcept;

  /// It is telling a watcher of an entry just now (entry_watch.hpp).
  [[nodiscard]] bool telling() const noexcept { return telling_.load(std::memory_order_seq_cst); }

  [[nodiscard]] unit* current() const noexcept {
    return depth_ == 0 ? nullptr : running_[depth_ - 1].load(std::memory_order_relaxed);
  }
  [[nodiscard]] unit* at(unsigned level) const noexcept { return running_[level].load(std::memory_order_seq_cst); }
  [[nodiscard]] unsigned depth() const noexcept { return depth_; }
  [[nodiscard]] bool may_nest() const noexcept;
  [[nodiscard]] bool holds(const unit& candidate) const noexcept;

  /// A handler begins: the watchdog sees a new entry. `message` is a type's id, 0 for none.
  void begin_handler(std::uint32_t message) noexcept {
    message_.store(message, std::memory_order_relaxed);
    entries_.store(entries_.load(std::memory_order_relaxed) + 1, std::memory_order_release);
  }
  [[nodiscard]] std::uint64_t entries() const noexcept { return entries_.load(std::memory_order_acquire); }
  [[nodiscard]] std::uint32_t message() const noexcept { return message_.load(std::memory_order_relaxed); }

  [[nodiscard]] scheduler& owner() const noexcept { return *owner_; }

  /// The queue that this thread serves; nullptr for attached threads and while it is handed on. Own thread only.
  worker_slot* slot = nullptr;
  /// What the timekeeper saw here last. Its thread only.
  struct observation {
    std::uint64_t entries = 0;
    std::int64_t since = 0;
    bool reported = false;
  };
  observation watched;
  /// What a room above keeps for each thread.
  struct attachment {
    virtual ~attachment() = default;
  };
  std::unique_ptr<attachment> attached;
  /// Set while a code_change runs here: the host's table refuses all but log and args, and remembers that it had to.
  bool pure = false;
  bool purity_violated = false;

 private:
  [[nodiscard]] bool behind_shut_gate() const noexcept;
  void tell_watcher(const gate& door, unit& entered) noexcept;

  std::array<std::atomic<unit*>, max_depth> running_{};
  unsigned depth_ = 0;
  std::atomic<bool> telling_{false};
  std::atomic<std::uint64_t> entries_{0};
  std::atomic<std::uint32_t> message_{0};
  scheduler* owner_;
  std::uintptr_t stack_floor_;
};

/// The context of the calling thread, nullptr outside workers and attached threads.
thread_context* this_thread() noexcept;
void set_this_thread(thread_context* context) noexcept;

}  // namespace patchbay::scheduler
