#pragma once
// Migration threads: all states of the set, in parallel, until a deadline.
#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "process/process.hpp"
#include "process/system.hpp"
#include "release/swap/canary.hpp"
#include "release/swap/migration.hpp"
#include "release/swap/routes.hpp"

namespace patchbay::release {

/// One server of the set whose state changes.
struct member {
  process::process* server = nullptr;
  pb_pid pid = 0;
  const planned_route* plan = nullptr;
  shadow made;
  bool rehearsed = false;        ///< the canary has seen a state of it
  bool frozen = false;           ///< migrated, at last, while all gates were closed
  bool missed = false;           ///< by the last live run: it was not at rest
  bool adopted = false;          ///< it has been given `made`
  void* former = nullptr;        ///< its state before
  member* next_stale = nullptr;  ///< shadows.hpp
};

/// Where a migration failed.
struct migration_failure {
  std::size_t index = 0;  ///< of the member
  bool timed_out = false;
  std::string cause;
  std::optional<canary_refusal> rehearsal = std::nullopt;  ///< the canary's word, instead of the two above
};

/// Each thread takes some states out of their servers, gives their bytes to the canary, and while it tries them takes the next; what came back from there
/// it migrates. So the canary and this process work at the same time, and no state is migrated here that was not carried there and back before.
///
/// Invariants:
///  - A member is claimed by one thread, by the counter. Before each of the two steps the thread goes idle -> busy, afterwards busy -> idle, by
///    compare-and-swap; at the deadline the caller turns busy -> abandoned and idle -> closed. So exactly one side wins: an abandoned thread publishes nothing, keeps
///    what it is at work on to itself, destroys it when the stuck function returns after all, and unpins the generation. What else
///    it had taken is the caller's then.
///  - An abandoned thread touches nothing of the set: code_change works on a private copy. Only a stuck copy or encode of the old code still reads
///    the live state; such a server stays behind a closed gate of its own (quarantine), or live: without its token, until that returns.
///  - Live, a member's state is read under its server's token, and before that is given back the server is marked: unit::watched_as is the member.
///    An entry takes the mark away (shadows.hpp). The mark is set in a phase of its own, so that an abandoned thread sets none.
///  - The time that a thread waits for the canary is not its own: the deadline moves by it. The canary has a limit for each state.
class migrators {
 public:
  enum class where {
    live,      ///< the old version serves; who is not at rest is missed
    frozen,    ///< all gates are closed
    rehearsal  ///< the old version serves, and will go on: nothing is marked, nothing migrated here. REQUIRES: a canary
  };
  /// `keep` owns what the members point to: routes and configurations outlive the swap where a thread is abandoned. `first`: nullptr where
  /// nothing is rehearsed.
  migrators(process::system& owner, where how, std::vector<member*>& set, std::shared_ptr<const void> keep,
            unsigned threads, canary* first);

  /// True: every member is done or, live, missed. False: failure() tells; what was made may be destroyed.
  bool run(std::chrono::steady_clock::time_point deadline);
  [[nodiscard]] const migration_failure& failure() const noexcept { return failure_; }
  /// Names of abandoned threads, which pin the generations whose code they run until they return.
  [[nodiscard]] const std::vector<std::string>& abandoned() const noexcept { return abandoned_; }

 private:
  struct worker;
  struct job;
  struct subject;
  struct pending;
  class hand;
  /// False: the deadline came first.
  static bool wait(job& all, std::chrono::steady_clock::time_point deadline);
  bool start_workers(const std::shared_ptr<job>& all);
  void abandon_stuck(job& all);
  /// False: it went idle first.
  bool abandon(job& all, worker& each);
  void tell_rehearsal(const canary_refusal& why);

  process::system& system_;
  where how_;
  std::vector<member*>& set_;
  std::shared_ptr<const void> keep_;
  unsigned threads_;
  canary* canary_;
  migration_failure failure_;
  std::vector<std::string> abandoned_;
};

}  // namespace patchbay::release
