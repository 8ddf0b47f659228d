#pragma once
// The processes of one host: start, find, send, call, link, end.
#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <patchbay/abi.h>

#include "message/envelope.hpp"
#include "message/show.hpp"
#include "message/type_registry.hpp"
#include "port/outcome.hpp"
#include "process/behaviour.hpp"
#include "process/module.hpp"
#include "process/reason.hpp"
#include "process/report.hpp"
#include "scheduler/scheduler.hpp"

namespace patchbay::process {

class process;

using std::chrono::milliseconds;
/// As PB_INFINITY.
inline constexpr milliseconds infinity = milliseconds::max();

/// How to start a process.
struct spawn_request {
  /// Finds the module in the serving generation and raises one need() of its group, which spawn releases once the process is
  /// a resident; asked again where a swap came between. nullptr: undef_module.
  std::function<const module*()> find_module;
  behaviour* kind = nullptr;        ///< nullptr: by the module's behaviour, from system_options
  std::string name;                 ///< local name or `{via, REGISTRY, KEY}`, or empty
  std::string args_json;            ///< {} where empty
  bool link = false;                ///< to the running process
  bool monitor = false;             ///< by the running process: spawned::monitor; no DOWN where the start fails
  milliseconds timeout = infinity;  ///< for init, which is not interrupted: killed after it where it took longer
  pb_pid parent = 0;                ///< 0: the running process, if any
  bool resident = false;            ///< its code acts as the running process, which runs it: see enter_resident
  bool watch = false;               ///< its end is watched from its first instant: see spawned::watch
  /// Runs under its token, before init; sys debug options.
  std::function<void(process&)> prepare = nullptr;
};
struct spawn_failure {
  pb_status status =
      PB_OK;  ///< PB_E_ALREADY_STARTED, PB_E_BADARG, PB_E_TIMEOUT, PB_E_IGNORE, PB_E_INIT, PB_E_UNDEF_MODULE, PB_E_SYSTEM_LIMIT, PB_E_SHUTTING_DOWN, PB_E_OVERLOADED
  reason why;
  pb_pid existing = 0;  ///< with already_started
};
struct spawned {
  pb_pid pid = 0;    ///< 0: failed
  pb_ref watch = 0;  ///< where the request asked for it and the start succeeded: for wait_for_watched, once
  spawn_failure failure;
  pb_ref monitor = 0;  ///< where the request asked for it
  explicit operator bool() const noexcept { return pid != 0; }
};

/// What `ps` shows of one process, seen from outside without stopping it.
struct process_info {
  pb_pid pid = 0;
  std::string name;
  std::string application;
  std::string module;
  std::string version;     ///< of the plugin
  std::string generation;  ///< `g3`
  std::uint64_t handled = 0;
  std::uint32_t queued = 0;
};

struct encoded {
  std::string schema;  ///< empty: bytes are JSON text
  std::string bytes;
};
/// What a process answered that was asked under its token.
struct asked {
  pb_status status =
      PB_OK;  ///< PB_E_TIMEOUT, NOPROC, CALLING_SELF, OVERLOADED, SHUTTING_DOWN, IN_CODE_CHANGE, or what the function said
  std::string text;  ///< an error's; otherwise what goes with the bytes
  std::string bytes;
};

struct system_options {
  scheduler::scheduler_options scheduler;
  std::array<behaviour*, 16> behaviours{};  ///< by PB_BEHAVIOUR_*
  std::function<void(const report&)> log;
  message::redactions hidden = {};  ///< fields that no log, state or trace shows
  /// Sees each message before it is handled, under the token; calls are then queued always, none runs inline.
  std::function<void(const process&, const message::envelope&)> record = nullptr;
};

/// Thread: any, unless a function says otherwise. Functions that wait and are called in a handler hold that handler's process.
class system {
 public:
  system(system_options options, message::type_registry& types);
  ~system();
  void start();
  /// Refuses new processes, fails what waits, ends the workers. Processes that still live are ended without terminate.
  void stop();

  [[nodiscard]] scheduler::scheduler& scheduler() noexcept;
  [[nodiscard]] message::type_registry& types() const noexcept;

  /// Returns when init has. Init runs on the calling thread.
  spawned spawn(const spawn_request& request);

  [[nodiscard]] pb_pid whereis(std::string_view name) const;
  [[nodiscard]] std::vector<std::pair<std::string, pb_pid>> registered() const;
  [[nodiscard]] bool alive(pb_pid pid) const noexcept;
  /// pid of the process whose handler runs on this thread.
  [[nodiscard]] pb_pid self() const noexcept;

  pb_status call(const pb_target& to, const pb_type& request_type, void* request, const pb_type& reply_type,
                 void* reply_storage, milliseconds timeout, const pb_sink* error);
  /// A call whose request and reply are bytes; `message` is `application/module.message` as the receiver's module names it.
  outcome<encoded> call_encoded(pb_pid to, std::string_view message, std::uint64_t schema_fp, std::string bytes,
                                milliseconds timeout);
  pb_status post(const pb_target& to, message::signal kind, const pb_type& type, void* object, const pb_sink* error);
  outcome<void> post_encoded(pb_pid to, message::signal kind, std::string_view message, std::uint64_t schema_fp,
                             std::string bytes);
  pb_status reply(const pb_from& to, const pb_type& type, void* object, const pb_sink* error);
  pb_status send_request(const pb_target& to, const pb_type& request_type, void* request, const pb_type& reply_type,
                         pb_ref& out, const pb_sink* error);
  pb_status receive_response(pb_ref request, milliseconds timeout, bool abandon, void* reply_storage,
                             const pb_sink* error);
  /// The response that comes first of several requests, in a handler: which, by its index. With `abandon` a timeout gives all of them up.
  /// PB_E_NOT_FOUND: none of them is under way.
  pb_status receive_any(std::span<const pb_ref> requests, milliseconds timeout, bool abandon, std::size_t& which,
                        void* reply_storage, const pb_sink* error);
  pb_status send_after(const pb_target& to, milliseconds delay, const pb_type& type, void* object, pb_ref& out,
                       const pb_sink* error);
  pb_status cancel_timer(pb_ref timer, std::uint64_t* left_ms);

  /// pb_work_api::blocking. In a handler. What fails has taken nothing: `context` is still the caller's.
  pb_status blocking(pb_status (*work)(void* context, const pb_sink* error), void (*when_done)(void* context),
                     void* context, pb_ref& out, const pb_sink* error);
  /// Gives a request or a piece of work up. In a handler.
  void abandon(pb_ref request);

  // In a handler.
  pb_status register_name(std::string_view name);
  pb_status unregister_name(std::string_view name);
  pb_status link(pb_pid other);
  pb_status unlink(pb_pid other);
  pb_status monitor(const pb_target& other, pb_ref& out);
  pb_status demonitor(pb_ref monitor);

  /// erlang:exit/2.
  /// `as_parent`: by a thread outside that started it and stands for its parent, as the application controller does.
  pb_status exit(pb_pid other, const reason& why, bool as_parent = false);
  /// gen_server:stop/3.
  pb_status stop_process(const pb_target& to, const reason& why, milliseconds timeout, const pb_sink* error);
  /// Waits until the process has ended: its exit reason; nullopt: it still lives after `timeout`. noproc where it had ended before.
  /// With `signal`, that exit signal is sent once the end is watched, so that its reason cannot be missed. nullopt also where the host stops.
  std::optional<reason> wait_for_end(pb_pid pid, milliseconds timeout, const reason* signal = nullptr);

  /// Waits without limit for the end of a process that was spawned with `watch`, however soon it came: its exit reason. nullopt: the host
  /// stops.
  std::optional<reason> wait_for_watched(pb_ref watch);

  /// Watches the end of a process, and sends it that exit signal once it is watched; for the two below. 0: too many wait.
  pb_ref watch_end(pb_pid pid, const reason& signal);
  /// Waits for it, at most so long: the exit reason, noproc where it had ended before. nullopt: it still lives, or the host stops.
  std::optional<reason> wait_for_watched(pb_ref watch, milliseconds timeout);
  /// Nobody will wait for that end any more.
  void forget_watch(pb_pid pid, pb_ref watch);

  /// Runs a function under the process's token, in the order of its messages; with nullptr where it ended first. PB_E_NOPROC.
  pb_status run_on(pb_pid pid, std::function<void(process*)> what);
  /// Runs a function here and now under the token of a process that is at rest: nothing queued, nobody in it, no swap that bars it.
  /// REQUIRES: this thread is attached.
  enum class reached { yes, busy, gone };
  reached try_run_on(pb_pid pid, const std::function<void(process&)>& what);
  /// Asks a process under its token, in the order of its messages, and waits. In a handler its process is held meanwhile.
  asked ask(pb_pid pid, std::function<asked(process&)> what, milliseconds timeout);
  /// As sys:get_state, but shown by format_status. Errors: timeout, noproc, and what encoding said.
  outcome<encoded> get_state(pb_pid pid, milliseconds timeout);
  /// The module that a process runs now, by names; nullopt: no such process.
  [[nodiscard]] std::optional<process_info> info(pb_pid pid) const;
  [[nodiscard]] std::vector<process_info> processes() const;
  [[nodiscard]] std::size_t process_count() const noexcept;

  void log(std::uint32_t level, std::string text, pb_pid pid = 0) const;
  /// Fills in what is known of the process, and hands the record to the log.
  void tell(report what) const;
  /// Names of fields that are shown to nobody.
  [[nodiscard]] const message::redactions& hidden() const noexcept;

  /// A cast or an info for which its receiver has no form, counted and logged; and how many there were.
  void drop(std::string text, pb_pid receiver);
  [[nodiscard]] std::uint64_t dropped() const noexcept;

  /// The process in a slot, for rooms above that hold its token or closed its gate. nullptr: no such process.
  [[nodiscard]] process* find(pb_pid pid) const noexcept;
  // For behaviours, under the token of the process that they run.
  /// Answers a call; dropped where nobody waits any more.
  void answer(std::uint64_t tag, message::payload content);
  void refuse(std::uint64_t tag, pb_status status, std::string text);
  /// A call stays without a reply for now: its caller is told if the process ends first.
  void leave_unanswered(process& self, std::uint64_t tag);
  /// The running handler of `self` may wait between its runs; raised before it begins, so that a swap lets it end.
  void begin_flight(process& self) noexcept;
  void end_flight(process& self) noexcept;
  /// The handler waits: for that request's response (0: none), at most so long. REQUIRES: self.ties().handler, begin_flight.
  void await(process& self, std::uint64_t request, milliseconds limit);
  /// Info `timeout` after that long without a message.
  void arm_idle(process& self, milliseconds after);
  /// behaviour::handle_timer with that number at or after that time. The result is for stop_timer, never 0.
  std::uint64_t start_timer(const process& self, port::steady_time when, std::uint64_t number);
  void stop_timer(std::uint64_t timer);

  /// What init asked for, before any message, and once whoever started the process has its pid (proc_lib's ack comes first). `what` gets nullptr where
  /// the process ended before. A swap waits for it. REQUIRES: the process's init runs.
  void run_after_init(process& self, std::function<void(process*)> what);

  /// How a question went; what is in `text` and `content` the behaviours agree on.
  struct answered {
    pb_status status = PB_OK;
    std::string text;
    message::payload content;
  };
  /// Asks a process something in its behaviour's own protocol, and waits. `ask` runs as the handler of a call would, and sees to it that answer() or
  /// refuse() is called for the tag. Errors: PB_E_NOPROC, _CALLING_SELF, _TIMEOUT, _EXIT, _OVERLOADED, _IN_CODE_CHANGE, _SHUTTING_DOWN.
  answered question(const pb_target& to, std::function<void(process& self, std::uint64_t tag)> ask,
                    milliseconds timeout);
  /// The same without waiting: for a call that came elsewhere (its tag), or for nobody (0).
  pb_status pass_question(pb_pid to, std::uint64_t tag, std::function<void(process& self, std::uint64_t tag)> ask);

  // Residents: processes whose code another one runs on its own behalf, each behind the gate of its own generation (gen_event's handlers).
  // REQUIRES: the token of `self`, which is innermost on this thread.
  enum class entered {
    yes,  ///< it is innermost now, until leave_resident(); running_process() stays `self`
    later,  ///< somebody else runs it, or a swap bars it: a flight of `self` that looks_itself is resumed when that has changed
    gone  ///< it has ended
  };
  entered enter_resident(process& self, pb_pid resident);
  /// Ends it where it is stopping.
  void leave_resident(process& self, process& resident);
  /// After `later`: sleeps until it is worth trying again. False: the host stops. For where `self` cannot wait as a flight.
  bool wait_for_resident(pb_pid resident);
  /// After `later`, where it will not be entered after all.
  void give_up_resident(process& self) noexcept;

  /// Keeps a module's names for ps, and gives the number that processes carry.
  std::uint32_t label_of(const module& code);

  struct parts;  ///< this room's

 private:
  friend class lifecycle;
  friend class message_loop;
  friend class caller;
  friend class naming;
  std::unique_ptr<parts> parts_;
};

/// The process whose handler runs on this thread, nullptr outside.
process* running_process() noexcept;
/// Whose code that is: another one where a process runs a resident of its own (system::enter_resident).
process* running_code() noexcept;
/// What payloads made on this thread need: the generation of the code that runs, be it a process's or work of blocking(); nullptr outside.
message::code_use* maker_here() noexcept;

/// True inside a code_change, which may only log and read its configuration; remembers that it tried, and the migration fails.
bool refused_in_code_change() noexcept;

/// `<0.index.generation>`
std::string pid_text(pb_pid pid);

/// A deadline from a timeout; infinity stays for ever.
port::steady_time deadline_after(milliseconds timeout);

}  // namespace patchbay::process
