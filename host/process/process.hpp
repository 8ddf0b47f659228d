#pragma once
// A process: a slot in a table that is never unmapped. No stack, no thread.
#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <patchbay/abi.h>

#include "mailbox/mailbox.hpp"
#include "message/envelope.hpp"
#include "port/futex.hpp"
#include "process/behaviour.hpp"
#include "process/debug_event.hpp"
#include "process/module.hpp"
#include "process/reason.hpp"
#include "scheduler/unit.hpp"

namespace patchbay::process {

/// A handler that answered "not yet": a coroutine that waits for a response or a time. The process handles nothing else until it is
/// done; no thread is held, the token is nobody's (the mailbox counts as held, so calls are queued).
///
/// The nap. nap_ is awake, napping or alarmed. The thread that ran the handler leaves the process and then changes awake to napping; whoever has
/// news (a response, a timer, an exit signal) exchanges it for alarmed:
///   - it was napping: the one that exchanged submits the process, and nobody else does;
///   - it was awake: the thread that is about to nap fails to, and submits the process itself.
/// So news that comes while the handler still runs is not lost, and the process is submitted exactly once. News may be stale (a slot used again, a
/// response that was given up): who runs the process looks whether what it waits for has come, and naps again.
struct flight {
  flight() = default;
  flight(const flight&) = delete;
  flight& operator=(const flight&) = delete;
  virtual ~flight() = default;
  std::uint64_t awaits = 0;   // a request's tag, 0: only the time
  bool looks_itself = false;  // resumed by whatever news; sees for itself whether it can go on
  std::uint64_t timer = 0;    // 0: no limit
  port::steady_time deadline = port::steady_time::max();
  std::chrono::nanoseconds frozen_before{0};
};

/// What a behaviour keeps of one process beside its state. A swap leaves it as it is. Destroyed after terminate, before the state.
struct companion {
  companion() = default;
  companion(const companion&) = delete;
  companion& operator=(const companion&) = delete;
  virtual ~companion() = default;
};

/// What only some processes have. Made on first use; touched only under the token.
struct bonds {
  struct watch {
    pb_ref monitor;
    pb_pid other;
  };
  std::vector<pb_pid> links;
  std::vector<watch> monitors;            // of others, by this process
  std::vector<watch> watchers;            // of this process, by others
  std::vector<std::uint64_t> unanswered;  // calls that a handler left without a reply; pruned when it doubles
  std::vector<std::uint64_t> requests;    // send_request's that are not done; pruned likewise
  std::string name;                       // the local one
  std::vector<pb_ref> listens;            // of groups and registries
  std::uint64_t idle_timer = 0;
  std::uint64_t idle_sequence = 0;
  std::chrono::milliseconds idle_after{0};
  bool idle = false;            // a timeout is wanted after idle_after; its timer rests while the process is suspended
  mailbox::envelope_list held;  // while suspended: what waits for resume
  std::unique_ptr<flight> handler;     // a handler that is not done
  std::unique_ptr<observer> watching;  // sys debug options; set: observed()
  process* lent = nullptr;             // a resident that is counted as awaited for this one's sake (residents.cpp)
  std::unique_ptr<companion> own;      // its behaviour's
};

/// Why and how a process is about to end.
struct ending {
  reason why;
  bool run_terminate = true;
  // {stop, Reason, Reply, State}: the reply goes out after terminate.
  std::uint64_t reply_tag = 0;
  message::payload reply;
};

/// Everything but pid, module and the counters is touched only by the token's holder, or by the swap while the process's gate is closed.
class process final : public scheduler::unit {
 public:
  [[nodiscard]] pb_pid pid() const noexcept { return pid_.load(std::memory_order_relaxed); }
  [[nodiscard]] std::uint32_t generation() const noexcept { return static_cast<std::uint32_t>(pid() >> 32); }

  [[nodiscard]] const module& code() const noexcept { return *code_; }
  [[nodiscard]] behaviour& kind() const noexcept { return *kind_; }
  [[nodiscard]] process_group& group() const noexcept { return *group_; }
  [[nodiscard]] pb_pid parent() const noexcept { return parent_; }
  [[nodiscard]] bool is_from_parent(const message::exit_notice& signal) const noexcept {
    return signal.from_parent || (follows_parent_ && parent_ != 0 && signal.sender == parent_);
  }

  [[nodiscard]] void* state() const noexcept { return state_; }
  void set_state(void* state) noexcept { state_ = state; }
  /// Raised by every entry that may change the state.
  [[nodiscard]] std::uint64_t epoch() const noexcept { return epoch_; }
  void touch() noexcept { ++epoch_; }

  /// The process ends when the running function returns. The first reason wins.
  void stop(reason why, bool run_terminate = true);
  [[nodiscard]] bool stopping() const noexcept { return ending_ != nullptr; }
  [[nodiscard]] ending* end() const noexcept { return ending_.get(); }

  [[nodiscard]] bool trap_exit() const noexcept { return trap_exit_; }
  void set_trap_exit(bool on) noexcept { trap_exit_ = on; }

  /// sys:suspend: serves only system messages, and the exit of its parent.
  [[nodiscard]] bool suspended() const noexcept { return suspended_; }
  void set_suspended(bool on) noexcept;
  /// Something wants to see what this process does (sys debug options): it is not run inline.
  void set_observed(bool on) noexcept {
    observed_ = on;
    queued_only_ = recorded_ || observed_ || suspended_;
  }
  [[nodiscard]] bool observed() const noexcept { return observed_; }
  /// Calls go through the mailbox.
  [[nodiscard]] bool queued_only() const noexcept { return queued_only_; }

  /// The call that is, or was last, handled: whom, and the number that log lines carry. Zeros: it was no call.
  [[nodiscard]] const pb_from& request() const noexcept { return request_; }
  /// The type of the last message; 0: none, or it was no call, cast or info.
  [[nodiscard]] std::uint32_t last_type() const noexcept { return last_type_; }

  /// Its waiting handler is told when somebody begins to await an answer from it behind a gate (scheduler/gate.hpp).
  void set_hears_awaited(bool on) noexcept { hears_awaited_.store(on, std::memory_order_seq_cst); }

  /// A handler is not done: see flight.
  [[nodiscard]] bool waits() const noexcept { return bonds_ != nullptr && bonds_->handler != nullptr; }

  [[nodiscard]] bonds& ties();
  [[nodiscard]] bonds* ties_if_any() const noexcept { return bonds_.get(); }

 private:
  friend class process_group;
  friend class process_table;
  friend class system;
  friend class lifecycle;
  friend class message_loop;
  friend class caller;
  friend process* running_process() noexcept;
  friend class naming;
  friend struct swap_access;  // host/release/swap: exchanges code, state and group while the gate is closed

  std::atomic<pb_pid> pid_{0};
  const module* code_ = nullptr;
  behaviour* kind_ = nullptr;
  process_group* group_ = nullptr;
  process* group_next_ = nullptr;  // guarded by the group's mutex
  process* group_back_ = nullptr;  // guarded by the group's mutex
  void* state_ = nullptr;
  std::uint64_t epoch_ = 0;
  process* stands_for_ = nullptr;  // while that one runs it: whom its code acts as
  mailbox::envelope_list queue_;   // taken from the inbox, oldest first
  std::unique_ptr<bonds> bonds_;
  std::unique_ptr<ending> ending_;
  pb_pid parent_ = 0;
  pb_from request_{};
  std::uint32_t last_type_ = 0;
  std::atomic<std::uint32_t> label_{0};    // of its module, for whoever looks from outside
  std::atomic<std::uint32_t> sent_{0};     // envelopes pushed
  std::atomic<std::uint32_t> handled_{0};  // envelopes taken out and done, by the holder
  std::atomic<std::uint64_t> calls_inline_{0};
  std::atomic<bool> enlisted_{false};          // it may be in registries or groups; a mark that is stale does no harm
  std::atomic<std::uint32_t> max_mailbox_{0};  // its module's, 0: no limit
  std::atomic<bool> alarmed_full_{false};      // it has been reported as long, and has not been empty since
  std::atomic<std::uint32_t> news_{0};         // futex: raised by each response that comes
  std::atomic<bool> awaits_any_{false};        // its handler sleeps on news_
  std::atomic<bool> urgent_{false};            // an exit signal is in the inbox: look before the next message
  enum nap : std::uint8_t { awake, napping, alarmed };
  std::atomic<std::uint8_t> nap_{awake};
  std::atomic<bool> hears_awaited_{false};
  bool follows_parent_ = false;  // it was started linked: OTP takes who starts one without a link for no parent
  bool trap_exit_ = false;
  bool suspended_ = false;
  bool observed_ = false;
  bool recorded_ = false;  // system_options::record
  bool queued_only_ = false;
};

}  // namespace patchbay::process
