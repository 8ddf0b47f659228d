#pragma once
// The swap: every process of the set from one generation to the next, or none (DESIGN.md section 6).
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "code/code_server.hpp"
#include "port/outcome.hpp"
#include "process/system.hpp"
#include "release/plan/plan.hpp"

namespace patchbay::release {

/// One application of the plan with its two loaded generations.
struct swap_application {
  const application_plan* plan = nullptr;
  const application_view* to_view = nullptr;  ///< for code_change's config
  code::generation* from = nullptr;
  code::generation* to = nullptr;
  const application_view* from_view = nullptr;  ///< for that of the way back
};
/// Who sees each state before it is migrated here: canary.hpp.
struct canary_options {
  std::filesystem::path
      program;  ///< patchbay-canary; empty: nobody, where no library could be loaded by another process
  std::chrono::milliseconds state_limit{5000};  ///< for each step of each state
  std::uint64_t reserve_bytes = std::uint64_t{64}
                                << 20U;  ///< that must be left once the new states lie beside the old ones
  std::uint64_t memory_bytes = std::uint64_t{4} << 30U;  ///< that it may take
};
/// A state that an upgrade was refused for.
struct refused_state {
  std::string application;
  std::string module;
  std::string json;  ///< empty: only the plugin's own code can read it
};
struct swap_options {
  std::chrono::milliseconds suspend_timeout{5000};                              ///< for the whole set
  std::chrono::milliseconds code_change_timeout{5000};                          ///< for the whole set
  unsigned migration_threads = 0;                                               ///< 0: one per core
  std::function<void(std::string_view phase, std::string_view text)> progress;  ///< on the caller's thread
  std::function<bool()> cancelled;                                              ///< asked before the switch (SIGTERM)
  canary_options canary = {};
  /// Puts it where an author can take it from; says where, as the rest of a sentence. The caller's thread.
  std::function<std::string(const refused_state&)> keep_state = nullptr;
  std::function<void()> switched = nullptr;  ///< part of the switch, while all is frozen: never fails, never waits
};
/// Why a swap was aborted, by server. Everything serves as before.
struct swap_failure {
  std::string server;  ///< name or pid
  std::string application;
  std::string module;
  std::string version;  ///< that was to be migrated to
  std::string cause;    ///< one sentence
};
struct swap_report {
  std::uint64_t servers_in_set = 0;
  std::uint64_t servers_migrated = 0;  ///< by any action; equal to the set, or the swap has failed
  std::uint64_t code_changes = 0;      ///< of these, by code_change
  std::uint64_t through_bytes = 0;     ///< of these, by encode and decode
  // Of those whose state changes: exchanged for a shadow that was made while the old version served, and migrated while all was frozen.
  std::uint64_t servers_shadowed = 0;
  std::uint64_t servers_frozen = 0;
  // Where there is a canary: servers_rehearsed + servers_kept == servers_migrated.
  std::uint64_t servers_rehearsed = 0;  ///< of which it has carried a state there and back
  std::uint64_t servers_kept = 0;       ///< whose state goes over as it lies in memory: nothing is to be tried
  std::uint64_t new_state_bytes = 0;    ///< that the states it made took, all times together; 0 under a sanitizer
  std::uint64_t uncompared =
      0;                      ///< states of types that only the plugin's code can read, of which other bytes came back
  std::uint64_t rounds = 0;   ///< of migration while the old version served
  std::uint64_t windows = 0;  ///< freezes tried before one held
  std::int64_t pause_us = 0;  ///< from the closed gates of the window that held to the thaw
  std::int64_t drain_us = 0;  ///< before it: in which only coroutines in flight, and what they waited for, went on
  std::int64_t freeze_us = 0;
  std::int64_t migrate_us = 0;
  std::int64_t switch_us = 0;
  std::int64_t precopy_us = 0;      ///< before the freeze, while the old version served
  std::int64_t adopt_us = 0;        ///< after the thaw, while the new version served
  std::vector<std::string> pinned;  ///< abandoned threads, by name
};

/// Migrates all states while the old version serves (shadows.hpp), freezes the set, migrates what changed meanwhile, switches, thaws, and returns when
/// every server has been given its new code and state. On failure every server is as it was: error code suspend_timeout, drain_timeout, code_change_failed,
/// code_change_timeout, processes_of_deleted_module, cancelled; the text tells server, module, version and cause.
/// Old states are destroyed, by old code, before it returns, after the thaw.
/// Thread: one that runs no process; one swap at a time (the release manager sees to both).
outcome<swap_report> swap(process::system& system, code::code_server& code, const std::vector<swap_application>& set,
                          const swap_options& options);

/// What the canary found, where nothing came in the way.
struct rehearsal_of_all {
  std::uint64_t states = 0;  ///< that went there and back
  std::uint64_t missed = 0;  ///< of servers that were never found at rest
  std::uint64_t new_state_bytes = 0;
  std::uint64_t uncompared = 0;
  std::int64_t took_us = 0;
};
/// The canary alone: every state of the set goes there and back in it, while the old version serves, and nothing comes of it. Errors: those of swap.
/// Thread: as swap.
outcome<rehearsal_of_all> rehearse_all(process::system& system, const std::vector<swap_application>& set,
                                       const swap_options& options);

}  // namespace patchbay::release
