#pragma once
// Migration threads: all states of the set, in parallel, until a deadline.
#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "process/process.hpp"
#include "process/system.hpp"
#include "release/swap/migration.hpp"

namespace patchbay::release {

/// One server of the set.
struct member {
  process::process* server = nullptr;
  const route* way = nullptr;
  const pb_args* config = nullptr;
  shadow made;
  bool done = false;
};

/// Where a migration failed.
struct migration_failure {
  std::size_t index = 0;  ///< of the member
  bool timed_out = false;
  std::string cause;
};

/// Invariants:
///  - A member is claimed by one thread, by the counter. Before it begins the thread goes idle -> busy, afterwards busy -> idle, by
///    compare-and-swap; at the deadline the caller turns busy -> abandoned and idle -> closed. So exactly one side wins: an abandoned thread publishes nothing, keeps
///    what it made to itself, destroys it when the stuck function returns after all, and unpins the generation.
///  - An abandoned thread touches nothing of the set: code_change works on a private copy. Only a stuck copy or encode of the old code still reads
///    the live state; such a server stays behind a closed gate of its own (quarantine) until that returns.
class migrators {
 public:
  /// `keep` owns what the members point to: routes and configurations outlive the swap where a thread is abandoned.
  migrators(process::system& owner, std::vector<member>& set, std::shared_ptr<const void> keep, unsigned threads);

  /// True: every member is done. False: failure() tells; what was made may be destroyed.
  bool run(std::chrono::steady_clock::time_point deadline);
  [[nodiscard]] const migration_failure& failure() const noexcept { return failure_; }
  /// Names of abandoned threads, which pin the generations whose code they run until they return.
  [[nodiscard]] const std::vector<std::string>& abandoned() const noexcept { return abandoned_; }

 private:
  struct worker;
  struct job;
  static void work(const std::shared_ptr<job>& all, worker& self);
  void abandon_stuck(job& all);
  /// False: it went idle first.
  bool abandon(job& all, worker& each);

  process::system& system_;
  std::vector<member>& set_;
  std::shared_ptr<const void> keep_;
  unsigned threads_;
  migration_failure failure_;
  std::vector<std::string> abandoned_;
};

}  // namespace patchbay::release
