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
#include "process/behaviour.hpp"
#include "process/module.hpp"
#include "process/reason.hpp"
#include "scheduler/unit.hpp"

namespace patchbay::process {

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
  std::string name;
  std::uint64_t idle_timer = 0;
  std::uint64_t idle_sequence = 0;
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

  [[nodiscard]] bonds& ties();
  [[nodiscard]] bonds* ties_if_any() const noexcept { return bonds_.get(); }

 private:
  friend class process_group;
  friend class process_table;
  friend class system;
  friend class lifecycle;
  friend class message_loop;
  friend class caller;
  friend struct swap_access;  // host/release/swap: exchanges code, state and group while the gate is closed

  std::atomic<pb_pid> pid_{0};
  const module* code_ = nullptr;
  behaviour* kind_ = nullptr;
  process_group* group_ = nullptr;
  process* group_next_ = nullptr;  // guarded by the group's mutex
  process* group_back_ = nullptr;  // guarded by the group's mutex
  void* state_ = nullptr;
  std::uint64_t epoch_ = 0;
  mailbox::envelope_list queue_;  // taken from the inbox, oldest first
  std::unique_ptr<bonds> bonds_;
  std::unique_ptr<ending> ending_;
  pb_pid parent_ = 0;
  std::atomic<std::uint32_t> label_{0};    // of its module, for whoever looks from outside
  std::atomic<std::uint32_t> sent_{0};     // envelopes pushed
  std::atomic<std::uint32_t> handled_{0};  // envelopes taken out and done, by the holder
  std::atomic<std::uint64_t> calls_inline_{0};
  std::atomic<bool> urgent_{false};  // an exit signal is in the inbox: look before the next message
  bool trap_exit_ = false;
};

}  // namespace patchbay::process
