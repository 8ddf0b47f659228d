#pragma once
// One application in two versions, both compiled into the test, and a runtime that is swapped between them.
#include <atomic>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <patchbay/patchbay.hpp>

#include "../../process/runtime.hpp"
#include "code/code_server.hpp"
#include "release/swap/swap.hpp"

namespace patchbay::test {

struct bump {
  using reply = std::int64_t;
  std::int64_t by = 1;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(by)); }
};
struct version {
  using reply = std::int64_t;
  void serialize(auto&) {}
};
/// keeper's.
struct keep {
  using reply = std::int64_t;
  std::int64_t by = 1;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(by)); }
};
/// walker's: a coroutine that bumps a counter so many times, one after the other, sleeping so long before each.
struct walk {
  using reply = std::int64_t;
  pid counter;
  std::int64_t steps = 1;
  std::int64_t sleep_ms = 0;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(counter), PATCHBAY_FIELD(steps), PATCHBAY_FIELD(sleep_ms)); }
};
struct walker_version {
  using reply = std::int64_t;
  void serialize(auto&) {}
};
struct wait_here {
  using reply = std::int64_t;
  void serialize(auto&) {}
};
struct log_it {
  std::string what;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(what)); }
};

/// What the supervisor of each version answers; the args it was given are kept.
struct sup_answers {
  sup_spec one;
  sup_spec two;
  dynamic_sup_spec dynamic_one;
  dynamic_sup_spec dynamic_two;
  partition_sup_spec partition_one;
  partition_sup_spec partition_two;
  std::string how_two;  // throw, loop, ignore, impure
  std::mutex mutex;
  std::vector<std::string> args;  // guarded by mutex
};

/// How code_change behaves, and what test and handlers tell each other.
struct controls {
  std::atomic<int> fail_at{-1};  // the total of the server whose code_change misbehaves
  std::string how;               // throw, loop, impure, continue, slow
  std::atomic<int> slow_changes{0};
  std::atomic<bool> let_go{false};
  std::atomic<int> entered{0};
  std::atomic<int> alive{0};
  std::atomic<int> continued{0};
  std::atomic<int> serialise_loops{0};
  std::atomic<int> walking{0};
  std::atomic<int> frames{0};
  sup_answers supervisors;
};
extern controls* control;
/// How long a slow code_change takes.
inline constexpr std::chrono::milliseconds slow_change{50};

/// Modules beside counter and keeper, of 1.0.0 and 2.0.0; their states are advanced.
struct more_modules {
  std::vector<const pb_module*> one;
  std::vector<const pb_module*> two;
};

/// Alive as long as the coroutine that holds it.
struct frame_mark {
  frame_mark() { ++control->frames; }
  frame_mark(const frame_mark&) = delete;
  frame_mark& operator=(const frame_mark&) = delete;
  ~frame_mark() { --control->frames; }
};

/// Options of a swap that does `what` between its last look at the states and the freeze.
release::swap_options last_moment(const std::function<void()>& what);

/// Generations of `app` 1.0.0 and 2.0.0 over a real runtime.
class two_versions {
 public:
  explicit two_versions(const more_modules& more = {});
  ~two_versions();

  pid spawn(const std::string& module, std::int64_t start_at, const std::string& name = {});
  /// Counters, which start at 0, 1, 2 …
  std::vector<pid> spawn_many(int count);
  /// What answers of which generation: its version.
  std::string version_of(pid process) { return host->info(static_cast<pb_pid>(process))->version; }
  /// Swaps every module: up from 1.0.0 to 2.0.0, or down.
  outcome<release::swap_report> swap(release::direction way, release::swap_options options = {});

  runtime host{};
  code::generation one;
  code::generation two;
  controls words;

 private:
  const process::module* find_serving(const std::string& module);
  void fill(code::generation& made, std::string version, std::uint64_t number, std::vector<const pb_module*> tables);
  std::atomic<code::generation*> serving_{&one};
  release::application_plan plan_;
  std::vector<std::string> more_;
  std::filesystem::path directory_;
  std::unique_ptr<code::code_server> code_;
  pb_plugin table_{};
};

}  // namespace patchbay::test
