#pragma once
// A process of its own that carries each state there and back before this one does.
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <patchbay/abi.h>

#include "port/child.hpp"
#include "port/memory_file.hpp"
#include "port/memory_left.hpp"
#include "port/outcome.hpp"
#include "release/rehearse/canary_wire.hpp"
#include "release/swap/swap.hpp"

namespace patchbay::release {

class routes;

/// States on their way to the canary.
class canary_batch {
 public:
  void add(pb_pid server, std::uint32_t way, std::string_view state) {
    add_record(records_, way, state);
    servers_.push_back(server);
  }
  [[nodiscard]] std::size_t bytes() const noexcept { return records_.size(); }
  [[nodiscard]] std::size_t states() const noexcept { return servers_.size(); }
  void clear() noexcept {
    records_.clear();
    servers_.clear();
  }

 private:
  friend class canary;
  std::string records_;
  std::vector<pb_pid> servers_;
};

/// Why the canary does not let an upgrade through.
struct canary_refusal {
  std::string
      code;  ///< code_change_failed, code_change_timeout, not_reversible, not_enough_memory, canary_crashed, canary_failed
  std::string cause;      ///< one sentence
  pb_pid server = 0;      ///< whose state it was; 0: of none
  std::string state;      ///< its bytes
  std::uint32_t way = 0;  ///< that they were to go; of `server` only
};

/// patchbay-canary, exec'd with no descriptors but its own, at low priority: what code_change does to it, crash or endless loop, it does to nobody
/// else.
///
/// Invariants:
///  - A batch is numbered, noted in under_way_ and sent under one lock, so that both sides count states alike.
///  - failure_ is set once, by the thread that reads its answers; afterwards nobody waits any more, and nothing is sent.
///  - It dies with the thread that started it (PR_SET_PDEATHSIG), which is the swap's.
class canary {
 public:
  /// Errors: canary_failed (it could not be started).
  static outcome<std::unique_ptr<canary>> start(const canary_options& options, const std::vector<swap_application>& set,
                                                const routes& ways);
  canary(const canary&) = delete;
  canary& operator=(const canary&) = delete;
  /// Kills it.
  ~canary();

  /// How many states there are: then it refuses as soon as it is plain that the new ones find no room beside the old ones. Thread: any.
  void expect(std::uint64_t states);

  /// Gives a batch over and empties it; a number to wait for. Blocks while very many are under way. Thread: any, without a token.
  std::uint64_t send(canary_batch& batch);
  /// True: all of that batch came back as they were. False: refusal() tells. Thread: any, without a token.
  bool wait(std::uint64_t batch);

  /// Thread: any.
  [[nodiscard]] std::optional<canary_refusal> refusal() const;
  [[nodiscard]] std::uint64_t new_bytes() const;   ///< that the new states of all so far take
  [[nodiscard]] std::uint64_t uncompared() const;  ///< trial_result

 private:
  struct sent_batch {
    std::uint64_t first = 0;  ///< of its states, counted from 1
    std::vector<pb_pid> servers;
    std::size_t bytes = 0;
    port::descriptor records;
  };
  explicit canary(const canary_options& options) : options_(options) {}
  void listen();
  bool hear();
  void progress_or_kill();
  /// The state that has this number. REQUIRES: mutex_.
  void name_state(std::uint64_t number, canary_refusal& refusal) const;
  void refuse(canary_refusal why, std::uint64_t state);
  void say_how_it_ended();
  void look_at_memory();

  const canary_options options_;
  const std::optional<port::memory_left> left_ = port::find_memory_left();  // before the new states take any
  port::descriptor socket_;
  port::shared_memory page_;
  std::optional<port::child> child_;
  std::string said_;  // the thread's
  std::pair<std::uint64_t, std::uint32_t> seen_{};
  std::chrono::steady_clock::time_point moved_;

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::uint64_t, sent_batch> under_way_;  // guarded by mutex_; by number
  std::uint64_t batches_ = 0;                      // guarded by mutex_
  std::uint64_t states_ = 0;                       // guarded by mutex_
  std::uint64_t done_ = 0;                         // guarded by mutex_; batches
  std::uint64_t new_bytes_ = 0;                    // guarded by mutex_
  std::uint64_t uncompared_ = 0;                   // guarded by mutex_
  std::optional<canary_refusal> refusal_;          // guarded by mutex_
  std::uint64_t expected_ = 0;                     // guarded by mutex_
  bool leaving_ = false;                           // guarded by mutex_
  std::thread ears_;
};

}  // namespace patchbay::release
