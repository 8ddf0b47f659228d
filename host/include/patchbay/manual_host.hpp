#pragma once
// A host without threads, files and releases: its owner says what runs next and what time it is. Made for patchbay::testing
// (sdk/testing), which is what plugin authors include.
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <patchbay/abi.h>

#include "port/outcome.hpp"

namespace patchbay {

struct manual_options {
  std::uint64_t seed = 0;  ///< 0: ready processes run first in, first out; otherwise in an order drawn from it
  std::size_t max_steps = 1'000'000;  ///< of one run_until_idle: a test that never comes to rest ends all the same
};

/// One message that a process began to handle.
struct handled_message {
  pb_pid process = 0;
  std::string name;     ///< the process's local name, or `<pid>`
  std::string kind;     ///< call, cast, info, response, timeout, EXIT, DOWN
  std::string message;  ///< `bump`; the kind where it has no name of its own
  std::string value;    ///< JSON, empty where there is none
};

/// Real processes of real behaviours; deterministic: the same steps give the same order. One at a time per program, since a plugin's code
/// has one host. Thread: the one that made it, for all functions. Calls from it go through mailboxes, never inline; where a call (in a handler
/// or out of one) waits, what is ready runs meanwhile, nested, and where nothing is ready time moves on to the next timer.
class manual_host {
 public:
  explicit manual_host(manual_options options = {});
  ~manual_host();
  manual_host(const manual_host&) = delete;
  manual_host& operator=(const manual_host&) = delete;

  /// What the plugin's entry is called with.
  [[nodiscard]] const pb_host& table() const noexcept;
  /// Adds the modules of a plugin, whose table outlives this. Errors: bad_table.
  outcome<void> load(const pb_plugin& plugin);

  /// Starts a process; init runs before this returns. Errors: undef_module, init, ignore, already_started, ….
  outcome<pb_pid> start(std::string_view module, std::string_view name = {}, std::string_view args_json = {});
  /// exit(Pid, kill), and runs until it has ended.
  void kill(pb_pid process);
  [[nodiscard]] pb_pid whereis(std::string_view name) const;
  [[nodiscard]] bool alive(pb_pid process) const;
  /// What sys:get_status shows of the state, as JSON. Errors: noproc, timeout.
  outcome<std::string> state(pb_pid process);

  /// One process handles one message (or ends, or goes on with a coroutine). False: none is ready.
  bool step();
  /// Time stands still. Number of steps. Errors: not_idle.
  outcome<std::size_t> run_until_idle();
  /// run_until_idle, then each timer in the order of its time, all that it causes before the next one. Errors: not_idle.
  outcome<void> advance(std::chrono::milliseconds by);
  /// Since this host was made.
  [[nodiscard]] std::chrono::milliseconds elapsed() const noexcept;

  /// All that was handled so far, oldest first.
  [[nodiscard]] const std::vector<handled_message>& handled() const noexcept;
  void forget_handled() noexcept;
  /// What the host and handlers logged, one line each.
  [[nodiscard]] const std::vector<std::string>& log() const noexcept;

 private:
  struct state_of;
  std::unique_ptr<state_of> state_;
};

}  // namespace patchbay
