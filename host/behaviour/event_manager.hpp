#pragma once
// The state of one event manager: its handlers, and what happens to them. OTP's gen_event, OTP.md section 2.
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "behaviour/host_table.hpp"
#include "behaviour/supervision.hpp"
#include "message/envelope.hpp"
#include "process/process.hpp"
#include "process/system.hpp"

namespace patchbay::behaviour {

/// A handler that is being added; its init reads this.
struct event_addition {
  std::string name;  ///< `application/module` or `application/module:id`
  std::string args_json;
  std::optional<nlohmann::json> replaced;  ///< what the terminate of the one that it replaces answered, as a table
  pb_pid supervisor = 0;                   ///< add_sup_handler's caller
};

/// One thing that the manager does, in steps: a step is what one handler has to do, or the manager itself between two of them.
///
/// Invariants:
///  - The manager does one operation at a time. One that cannot go on, because a swap bars a handler or somebody else looks at it, stays as
///    the manager's flight: nothing else leaves the mailbox meanwhile, and no thread is held.
///  - For each handler that an event goes to there is one step, in the order of the handlers. A step is taken out after its handler has been
///    entered and before its code runs: so each handler sees each event once, and none is overtaken.
///  - Handlers that come while an event goes round do not see it; one that takes another's place by swap_handler does not either.
struct event_operation final : process::flight {
  using function = std::function<void(event_operation& all, pb_pid handler, process::process* entered)>;
  struct step {
    pb_pid handler = 0;  // 0: the manager's own
    function run;        // entered is null where the handler has been killed
  };
  std::deque<step> steps;
  message::payload content;                                   // the event, the info or the call's request
  std::optional<std::pair<message::signal, pb_down>> notice;  // 'EXIT' or 'DOWN' …
  std::string notice_text;                                    // … and its reason
  std::optional<process::late_response> response;             // or the response of what a handler has asked …
  bool taken = false;                                         // … which some handler has taken
  // Who asked, and what is answered when all steps are done.
  std::uint64_t tag = 0;
  pb_status status = PB_OK;
  std::string text;
  message::payload reply;
};

/// REQUIRES of every function: the manager's token, as the running process. A tag of 0: nobody waits.
class event_manager {
 public:
  event_manager(process::system& system, const host_table::module_finder& find_module, process::process& self)
      : system_(system), find_module_(find_module), self_(self) {}

  /// handle_event or handle_info of every handler that takes it; answered when all have.
  void notify(std::uint32_t kind, message::payload event, std::uint64_t tag);
  /// handle_info with 'EXIT' or 'DOWN'. An exit ends the handlers first that this process has supervised.
  void signal(const message::exit_notice& what);
  /// handle_info with the response of a request, as any message: to every handler that takes it.
  void respond(process::late_response got);
  void call(std::string_view asked, message::payload request, std::uint64_t tag);
  /// A message to one handler alone.
  void give(pb_pid to, std::unique_ptr<message::mail> letter);

  void add_handler(event_addition what, std::uint64_t tag);
  void delete_handler(std::string_view asked, const std::string& args_json, std::uint64_t tag);
  /// swap_handler, and with a supervisor swap_sup_handler. Where there is no such handler the other one is added all the same.
  void swap_handler(std::string_view asked, const std::string& args_json, event_addition other, std::uint64_t tag);
  /// Names, newest first.
  [[nodiscard]] std::vector<std::string> which_handlers() const;
  /// The same as `tree` shows them.
  [[nodiscard]] std::vector<child_info> children() const;
  /// For sys:get_state: names, pids, states as JSON; a state is null where its handler cannot be looked at now.
  [[nodiscard]] nlohmann::json status();

  /// Goes on with the operation that waited.
  void resume();
  /// Ends all handlers by `stop`, holding the thread where one is barred.
  void stop();
  /// The manager was killed: the handlers go without terminate, each on its own.
  void kill() noexcept;
  void killed(pb_pid pid);

  [[nodiscard]] const event_addition* adding() const noexcept { return adding_; }

 private:
  struct installed {
    std::string name;
    pb_pid pid = 0;
    pb_pid supervisor = 0;
  };
  /// {gen_event_EXIT, Handler, Reason}
  struct departure {
    const char* reason = "normal";  // normal, shutdown, swapped, error
    std::string text;               // error: why
    std::string other;              // swapped: by whom
    pb_pid supervisor = 0;          // swapped: its supervisor
    std::string last;               // error: what it was doing
  };
  struct answer;

  void begin(std::unique_ptr<event_operation> what);
  bool advance(event_operation& what);
  void finish(event_operation& done);

  void deliver(event_operation& all, std::uint32_t kind, pb_pid pid, process::process* handler);
  void answer_call(event_operation& all, pb_pid pid, process::process* handler);
  /// Runs one message of a handler; false: it has left because it failed, and its answer's text says why.
  void run(event_operation& all, process::process& handler, const pb_message& entry, void* object, void* reply,
           answer& got);
  void leave_for(event_operation& all, process::process& handler, answer& got);
  /// terminate, the report, gen_event_EXIT, and out of the list. What terminate answered, JSON.
  std::string end(process::process& resident, const pb_event_why& why, departure how);
  std::string end(process::process& handler, const std::string& args_json, departure how);
  std::string end(process::process& handler, std::uint32_t kind, departure how);
  /// False: why it could not is in all.status and text.
  bool start(event_operation& all, const event_addition& what, std::size_t place);
  void tell(const installed& who, const departure& how) const;
  void report(const std::string& handler, const departure& how) const;
  void forget(pb_pid pid);

  /// What a new handler's init gets of an answer that is JSON text.
  static nlohmann::json as_table(const std::string& answer);
  [[nodiscard]] const installed* find(std::string_view asked) const;
  [[nodiscard]] const installed* find(pb_pid pid) const;
  [[nodiscard]] std::size_t place_of(pb_pid pid) const;
  [[nodiscard]] std::string name() const;

  process::system& system_;
  const host_table::module_finder& find_module_;
  process::process& self_;
  std::vector<installed> handlers_;  // newest first
  const event_addition* adding_ = nullptr;
};

}  // namespace patchbay::behaviour
