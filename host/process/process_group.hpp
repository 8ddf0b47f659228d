#pragma once
// The processes that run one generation's code: who lives there, whether they may run, and what else needs the code.
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include <patchbay/abi.h>

#include "message/code_use.hpp"
#include "scheduler/gate.hpp"

namespace patchbay::process {

class process;

/// Invariants:
///  - A process is in exactly one group's list from before its init runs until its state is destroyed.
///  - code_use counts payloads (and abandoned threads) whose destroy or code lies in this generation; it is raised before the payload
///    becomes visible to another thread and lowered after its destroy returned.
///  - The generation may be unmapped only when no resident is left and needs() is 0; a need may only be added by a thread that already
///    holds one (a resident's handler, a payload) or under the code server's lock while the generation serves.
///  - Once superseded no process starts in it; the swap sets that while the gate is closed.
class process_group : public message::code_use {
 public:
  process_group() = default;
  process_group(const process_group&) = delete;
  process_group& operator=(const process_group&) = delete;

  /// All generations of one application share a gate that is never destroyed while the host runs: a thread may look at a gate a long
  /// time after it has read which. Set before the first resident.
  void share_gate(scheduler::gate& of_application) noexcept { gate_ = &of_application; }
  [[nodiscard]] scheduler::gate& gate() const noexcept { return *gate_; }

  /// `g3`: of its generation. Set before the first resident, fixed afterwards.
  std::string label;

  void add(process& resident) noexcept;
  void remove(process& resident) noexcept;
  /// Pids of the residents, newest first, at most so many. Who joins or leaves the group waits for it. Thread: any.
  [[nodiscard]] std::vector<pb_pid> residents(std::size_t most = std::numeric_limits<std::size_t>::max()) const;
  /// The residents themselves. REQUIRES: frozen, or the caller only compares pointers.
  [[nodiscard]] std::vector<process*> members() const;
  [[nodiscard]] std::size_t resident_count() const noexcept;
  /// The residents that came since the last call, newest first; of the first call after forget_known(), all.
  [[nodiscard]] std::vector<process*> newcomers();
  void forget_known() noexcept;

  /// Learns the forms of the replies to all that a module of this generation takes or sends. Before its first resident.
  void learn(const pb_module& table);
  /// Of the reply to that request, as this generation's code has it; nullptr: it knows no such request. Thread: any.
  [[nodiscard]] const pb_type* reply_of(std::uint32_t request_id) const noexcept;

  void supersede() noexcept { superseded_.store(true, std::memory_order_release); }
  void reinstate() noexcept { superseded_.store(false, std::memory_order_release); }
  [[nodiscard]] bool superseded() const noexcept { return superseded_.load(std::memory_order_acquire); }

  /// Named reasons why the code must stay mapped (`abandoned migration thread in counter 2.0.0 code_change`). Each counts until unpinned.
  void pin(std::string why);
  void unpin(const std::string& why);
  [[nodiscard]] std::vector<std::string> pins() const;

 private:
  scheduler::gate own_gate_;
  scheduler::gate* gate_ = &own_gate_;
  std::atomic<bool> superseded_{false};
  mutable std::mutex mutex_;
  process* first_ = nullptr;       // guarded by mutex_, as are the links of the members
  process* known_ = nullptr;       // guarded by mutex_; what stands before it has come since
  std::size_t count_ = 0;          // guarded by mutex_
  std::vector<std::string> pins_;  // guarded by mutex_
  std::unordered_map<std::uint32_t, const pb_type*> replies_;  // guarded by mutex_; by the request's type
};

}  // namespace patchbay::process
