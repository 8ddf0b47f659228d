#pragma once
// What a host and its patchbay-canary say to each other, over a message socket that is the canary's standard input.
//
//   host   -> canary   `task` with two files: the shared page, the task as JSON
//   host   -> canary   `states` with one file: records, each a state as the generation that is left encodes it
//   canary -> host     JSON, one for each file of records: {"done": N, "new_bytes": B, "uncompared": U}, all since the beginning
//   canary -> host     JSON, at the first state that does not come through, as the last: {"failed": {"state": N, "way", "why"}}
//
// The host's end closes: the canary ends with 0. States are numbered from 1 over all files. Both programs are of one build: there is no other version of this.
#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "port/outcome.hpp"

namespace patchbay::release {

inline constexpr std::string_view canary_task_word = "task";
inline constexpr std::string_view canary_states_word = "states";

/// What the canary does with a state just now.
enum class canary_step : std::uint32_t { reading, there, back, comparing, init };
/// `code_change`, `the way back`: of a step that was not ended.
std::string_view word(canary_step step) noexcept;

/// Shared memory: how far the canary is. Written by it alone; the host reads it while it waits, and once it has gone.
struct canary_page {
  std::atomic<std::uint64_t> begun{0};  ///< states, over all files
  std::atomic<std::uint32_t> step{0};   ///< a canary_step: of the last one
};
static_assert(std::atomic<std::uint64_t>::is_always_lock_free);

/// One loaded copy of a plugin.
struct canary_library {
  std::string path;
  std::string application;
  std::string version;
  nlohmann::json config = nlohmann::json::object();  ///< what code_change to this version is given
};
/// How one module's states go: which, is a record's `way`.
struct canary_way {
  std::size_t from = 0;  ///< a library's index
  std::size_t to = 0;
  std::string module;
  bool up = true;
  bool advanced = false;           ///< by code_change
  std::vector<std::string> lossy;  ///< fields that need not come back
};
struct canary_task {
  std::vector<canary_library> libraries;
  std::vector<canary_way> ways;
  std::uint64_t memory_bytes = 0;  ///< that it may take; 0: no limit
};
std::string to_text(const canary_task& task);
/// Errors: bad_json.
outcome<canary_task> read_task(std::string_view text);

/// Appends one record: for a supervisor the args of its init.
void add_record(std::string& records, std::uint32_t way, std::string_view state);
struct canary_record {
  std::uint32_t way = 0;
  std::string_view state;
};
/// Takes the first record off. Errors: truncated.
outcome<canary_record> take_record(std::string_view& records);

}  // namespace patchbay::release
