#pragma once
// What a process does with what it gets: the one interface between the process room and the behaviours.
#include <memory>
#include <string>

#include <patchbay/abi.h>

#include "message/envelope.hpp"
#include "process/reason.hpp"

namespace patchbay::process {

class process;

/// How init ended. With anything but ok the process is ended by the caller, without terminate.
struct init_outcome {
  pb_status status = PB_OK;  ///< PB_E_IGNORE, PB_E_INIT
  reason why;
  bool silent = false;  ///< {error, Reason}: no crash report
};

/// A call that runs on the caller's own thread.
struct inline_call {
  const pb_type* request_type = nullptr;
  void* request = nullptr;
  const pb_type* reply_type = nullptr;
  void* reply_storage = nullptr;
  pb_from from{};
  const pb_sink* error = nullptr;
};
/// Of a send_request that nobody waited for. A swap may have come since it was sent: its content is opened as whoever handles it declares the reply.
struct late_response {
  pb_ref request = 0;
  std::uint32_t type_id = 0;  ///< of the request
  pb_status status = PB_OK;   ///< PB_OK: content is the reply
  std::string text;
  message::payload content;
};
enum class inline_answer {
  replied,  ///< the reply is in reply_storage
  noreply,  ///< it will come, or not: wait
  refused,  ///< status and error tell
  queue     ///< nothing was done: this message is not run inline
};

/// One object per behaviour, without state of its own; the process carries the state. Every function runs under the process's token, but for
/// those that say otherwise. A behaviour ends its process by process::stop(), which takes effect when the function returns.
class behaviour {
 public:
  virtual ~behaviour() = default;

  /// Makes process.state(). On failure nothing is left of it.
  virtual init_outcome init(process& self, const std::string& args_json) = 0;
  /// call, cast, info from the queue. The letter may be kept (a coroutine needs it until it ends, a postponed event longer).
  virtual void handle(process& self, std::unique_ptr<message::mail>& letter) = 0;
  /// A call run inline; *status says why where it was refused.
  virtual inline_answer handle_inline(process& self, inline_call& call, pb_status& status) = 0;
  virtual void handle_response(process& self, late_response& answer) = 0;
  virtual void handle_exit(process& self, const message::exit_notice& signal) = 0;  ///< while trapping exits
  virtual void handle_down(process& self, const message::exit_notice& signal) = 0;
  virtual void handle_timeout(process& self) = 0;
  /// A timer of system::start_timer: it may have been stopped meanwhile.
  virtual void handle_timer(process& self, std::uint64_t number);
  /// The process runs in another generation now. Called for those that have a companion, as soon as they can be run.
  virtual void settle_in(process& self);
  /// What a code_change asked for, once, before any message. The object is in storage of its type and becomes this function's.
  virtual void run_continue(process& self, std::uint32_t message, void* object);
  /// Goes on with process.ties().handler, for which the response has come or whose time is over.
  virtual void resume(process& self);
  /// Ends process.ties().handler, which will not be resumed.
  virtual void abandon(process& self) noexcept;
  virtual void terminate(process& self, const reason& why) = 0;
  virtual void destroy_state(process& self) noexcept = 0;
  /// The state, as format_status shows it, encoded; schema receives its schema's text. Empty schema: the bytes are JSON text.
  virtual pb_status status(process& self, std::string& schema, std::string& bytes, std::string& error) = 0;
  /// The state itself, for sys:get_state; as `status` where the behaviour has no other.
  virtual pb_status state(process& self, std::string& schema, std::string& bytes, std::string& error);
  /// sys:replace_state by a state encoded as `state` gave it. On failure the state is as it was. PB_E_UNSUPPORTED, PB_E_DECODE, PB_E_NOMEM.
  virtual pb_status replace_state(process& self, const std::string& bytes, std::string& error);
};

}  // namespace patchbay::process
