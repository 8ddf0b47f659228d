#pragma once
// A host in which a test says what happens when.
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <patchbay/entry.hpp>
#include <patchbay/manual_host.hpp>
#include <patchbay/pid.hpp>
#include <patchbay/visibility.hpp>

namespace patchbay::testing {

/// What a test asked for and did not get; its text says what came instead. Not caught by the host: it ends the test.
class failure : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct host_options {
  std::string application = "test";  ///< what the modules' messages are of, as PATCHBAY_MESSAGES_OF names it
  std::string version = "1.0.0";     ///< of the plugin
  std::uint64_t seed = 0;  ///< 0: ready processes run first in, first out; otherwise in an order drawn from it
  std::size_t max_steps = 1'000'000;
};

/// Real processes of the modules that the test program is linked with; no threads, no files, and a clock that moves only when it is told
/// to. Calls, casts and all else of the SDK work as in a handler, from the thread that made it. One at a time.
///
/// A call waits as always: what is ready runs meanwhile, and where nothing is, the time moves on to the next timer, at the latest to the
/// call's timeout. A call that nobody can answer any more fails with PB_E_TIMEOUT, and its text names who waits for whom.
class host {
 public:
  /// `patchbay_module_NAME` of each PATCHBAY_GEN_SERVER, PATCHBAY_SUPERVISOR, …: declare what another file defines with PATCHBAY_TEST_MODULE.
  /// Throws failure where a module contradicts itself.
  explicit host(std::initializer_list<module_factory*> modules, host_options options = {});
  ~host() = default;
  host(const host&) = delete;
  host& operator=(const host&) = delete;

  /// init runs before this returns. Throws failure where the process does not start.
  pid start(std::string_view module, std::string_view name = {}, std::string_view args_json = {});
  /// exit(Pid, kill); returns when it has ended.
  void kill(pid process);
  [[nodiscard]] pid whereis(std::string_view name) const;
  [[nodiscard]] bool alive(pid process) const;
  /// The state as format_status shows it, as JSON. Throws failure.
  std::string state(pid process);

  /// One process handles one message, or goes on after an await. False: nothing is ready.
  bool step();
  /// Until nothing is ready; time stands still. Number of steps. Throws failure where that does not end.
  std::size_t run_until_idle();
  /// Fires what falls due in that time in its order (send_after, idle timeouts, co::sleep, timeouts of co::call), each with all that it causes.
  void advance(std::chrono::milliseconds by);
  /// Since the host was made.
  [[nodiscard]] std::chrono::milliseconds elapsed() const noexcept { return engine_.elapsed(); }

  /// What a process (by local name or `<pid>`) began to handle, in that order: `bump`, `timeout`, `response`, `DOWN`, `EXIT`.
  [[nodiscard]] std::vector<std::string> handled(std::string_view process) const;
  /// All processes, one line for each message: `counter call bump {"by":1}`. Equal traces are equal runs.
  [[nodiscard]] std::vector<std::string> trace() const;
  /// Throws failure unless handled(process) is exactly that; its text shows both, and where they part.
  void expect_handled(std::string_view process, const std::vector<std::string>& messages) const;
  /// Forgets what was handled so far.
  void forget_handled() noexcept { engine_.forget_handled(); }

  /// What the host and the handlers logged.
  [[nodiscard]] const std::vector<std::string>& log() const noexcept { return engine_.log(); }
  [[nodiscard]] bool logged(std::string_view part) const;

 private:
  manual_host engine_;
};

}  // namespace patchbay::testing

/// Declares a module that another source file of the test program defines. At namespace scope, outside of any namespace or in the module's.
#define PATCHBAY_TEST_MODULE(type) \
  extern "C" PATCHBAY_HIDDEN const pb_module* patchbay_module_##type(::std::string_view application)
