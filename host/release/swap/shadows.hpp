#pragma once
// The servers of a set and what becomes of their states: made anew while the old version serves, exchanged after the switch.
#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "process/lifecycle.hpp"
#include "process/system.hpp"
#include "release/swap/canary.hpp"
#include "release/swap/migrators.hpp"
#include "release/swap/routes.hpp"
#include "release/swap/swap.hpp"
#include "scheduler/entry_watch.hpp"

namespace patchbay::release {

/// A server's way through a swap. Its state is copied under its token, carried there and back by the canary, and migrated on a thread of its own: a
/// shadow. Whoever enters the server from
/// then on, for whatever, makes the shadow stale; what is stale is made again, in rounds. At the freeze only what is stale still is left to do, so
/// the pause depends on how many servers were entered in the last instants, not on how many there are. At the switch nothing is exchanged but a flag;
/// a server is given its code and its shadow when it is entered next, by whoever enters it, or by a thread that goes round.
///
/// Invariants:
///  - unit::watched_as is a member of this set exactly where that member's shadow was made of the state that the server has. It is set under the
///    server's token after the copy (migrators), or while all gates are closed; it is cleared by the first entry.
///  - A member whose mark was cleared is in the list of stale ones, or in the vector of the round that is at work on it: nobody is forgotten.
///  - A group lists a process from the time that it was entered first, so what began during the watch is in newcomers().
///  - After complete() each server of the left groups has a mark, or a way that keeps its state, or has gone: adopt() finds what it
///    needs and cannot fail.
///  - adopt() is run under the server's token, or while all gates are closed, and moves the server out of the left group: once for each.
/// Thread: the swap's, but for entered().
class shadows final : public scheduler::entry_watcher {
 public:
  /// `first` sees each state before it is migrated here; nullptr: nobody does. It outlives this.
  shadows(process::system& system, const std::vector<swap_application>& set, std::shared_ptr<const routes> ways,
          const swap_options& options, canary* first);
  shadows(const shadows&) = delete;
  shadows& operator=(const shadows&) = delete;
  ~shadows();

  /// Migrates all that has no valid shadow and whose server is at rest, while the old version serves. Errors: code_change_failed,
  /// code_change_timeout, processes_of_deleted_module, undef_module; nothing is changed.
  outcome<void> round(std::chrono::steady_clock::time_point deadline);
  /// Gives the canary all states of those that are at rest and that it has not seen, and migrates none. How many it has seen by now. Errors: those of
  /// round().
  outcome<std::uint64_t> rehearse(std::chrono::steady_clock::time_point deadline);
  /// How many have none. Others may become stale meanwhile.
  [[nodiscard]] std::size_t stale() const noexcept {
    return stale_count_.load(std::memory_order_relaxed) + missed_.size();
  }

  // REQUIRES, for these: all gates are closed.
  /// How many the canary has never seen a state of: it will in complete().
  outcome<std::size_t> unrehearsed();
  /// Migrates what is left. Errors: those of round(), suspend_timeout.
  outcome<void> complete(std::chrono::steady_clock::time_point deadline);
  /// All of the switch that takes memory.
  void prepare_continues();
  void switch_over() noexcept;
  /// Instead of what follows: each server is given what is its own now. Where nobody runs them by himself (a deterministic host).
  void adopt_all_now() noexcept;

  /// After the thaw. Returns when no server of the set is in a left group and the old states are destroyed.
  void adopt_rest();

  /// How many there were at the freeze.
  [[nodiscard]] std::uint64_t servers() const noexcept { return servers_; }
  [[nodiscard]] std::uint64_t adopted() const noexcept { return adopted_.load(std::memory_order_acquire); }
  /// Of those whose state changes: migrated while the old version served and not entered since.
  [[nodiscard]] std::uint64_t shadowed() const noexcept { return shadowed_; }
  [[nodiscard]] std::uint64_t migrated_in_freeze() const noexcept { return in_freeze_; }
  [[nodiscard]] std::uint64_t code_changes() const noexcept { return code_changes_; }
  [[nodiscard]] std::uint64_t through_bytes() const noexcept { return through_bytes_; }
  /// Those that the canary has seen a state of.
  [[nodiscard]] std::uint64_t rehearsed() const noexcept { return rehearsed_; }
  /// Those whose state goes over as it is.
  [[nodiscard]] std::uint64_t kept() const noexcept { return kept_; }
  /// Abandoned threads, by name.
  [[nodiscard]] const std::vector<std::string>& pinned() const noexcept { return pinned_; }

  void entered(scheduler::unit& entered) noexcept override;

 private:
  outcome<void> add_newcomers();
  /// Those that live and need a shadow: what was missed, what is stale, what came.
  outcome<std::vector<member*>> to_do();
  outcome<void> migrate(migrators::where how, std::vector<member*>& todo, canary* first,
                        std::chrono::steady_clock::time_point deadline);
  outcome<void> none_of_deleted_modules() const;
  void adopt(process::process& server) noexcept;
  void destroy_former() noexcept;
  void settle_companions();
  [[nodiscard]] error refusal(const migration_failure& failure, const member& at) const;
  [[nodiscard]] error refusal(const canary_refusal& why) const;
  /// It has not ended; it may not have begun.
  [[nodiscard]] static bool lives(const member& each) noexcept;

  process::system& system_;
  const std::vector<swap_application>& set_;
  std::shared_ptr<const routes> ways_;
  const swap_options& options_;
  canary* canary_;
  std::deque<member> members_;
  std::vector<member*> missed_;
  std::vector<member*> continuing_;  // may name one twice, or one whose shadow is stale
  std::vector<std::pair<member*, std::unique_ptr<process::system_message>>> continues_;
  std::atomic<member*> stale_{nullptr};  // a stack, linked by next_stale; taken whole
  std::atomic<std::size_t> stale_count_{0};
  std::atomic<bool> switched_{false};  // set while all gates are closed
  std::atomic<std::uint64_t> adopted_{0};
  std::uint64_t servers_ = 0;
  std::uint64_t shadowed_ = 0;
  std::uint64_t in_freeze_ = 0;
  std::uint64_t code_changes_ = 0;
  std::uint64_t through_bytes_ = 0;
  std::uint64_t rehearsed_ = 0;
  std::uint64_t kept_ = 0;
  std::vector<std::string> pinned_;
  std::optional<scheduler::entry_watch> watch_;  // last: nobody is in entered() when the rest goes
};

/// How a message names a server.
std::string server_name(const process::system& system, pb_pid pid);

}  // namespace patchbay::release
