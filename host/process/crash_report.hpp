#pragma once
// What the log is told of a process that ends for a reason that is none of normal, shutdown, {shutdown, _}. Private to this room.
#include "message/envelope.hpp"
#include "process/reason.hpp"
#include "process/system.hpp"

namespace patchbay::process {

/// What a process was handling, as far as it is still there: a handler may have moved from it.
struct last_message {
  const pb_type* type = nullptr;  ///< with object
  const void* object = nullptr;   ///< of a call that was run inline
  const message::mail* letter = nullptr;
};

/// Two records, as OTP writes them: the behaviour's ({gen_server,terminate}: last message, state by format_status) and proc_lib's crash report.
/// REQUIRES: the token; the state is still there.
void report_crash(const system& owner, process& self, const reason& why, const last_message& last);

}  // namespace patchbay::process
