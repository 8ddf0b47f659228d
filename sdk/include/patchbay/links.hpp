#pragma once
// Links, monitors and exit signals.
#include <patchbay/abi.h>
#include <patchbay/pid.hpp>
#include <patchbay/reason.hpp>
#include <patchbay/signals.hpp>
#include <patchbay/status.hpp>
#include <patchbay/table/host_table.hpp>

namespace patchbay {

/// erlang:link. Linking to the dead yields an exit signal noproc. Only in a handler, as all of this file but exit().
/// Throws status_error (PB_E_NO_PROCESS, IN_CODE_CHANGE), as all of this file.
inline void link(pid other) {
  detail::check(detail::host().link(detail::host_table, static_cast<pb_pid>(other)), "link");
}
inline void unlink(pid other) {
  detail::check(detail::host().unlink(detail::host_table, static_cast<pb_pid>(other)), "unlink");
}
/// erlang:monitor: a `down` comes to handle_info when the other ends; at once, with noproc, where it is dead.
inline monitor_ref monitor(const target& other) {
  const auto whom = other.abi();
  pb_ref made = 0;
  detail::check(detail::host().monitor(detail::host_table, &whom, &made), "monitor");
  return static_cast<monitor_ref>(made);
}
/// erlang:demonitor with flush: after it no `down` of this monitor is handled.
inline void demonitor(monitor_ref monitor) {
  detail::check(detail::host().demonitor(detail::host_table, static_cast<pb_ref>(monitor)), "demonitor");
}
/// erlang:exit/2: an exit signal to another process.
inline void exit(pid other, const exit_reason& reason) {
  const auto raw = reason.abi();
  detail::check(detail::host().exit(detail::host_table, static_cast<pb_pid>(other), &raw), "exit");
}
/// process_flag(trap_exit, on): exit signals come to handle_info as exit_signal. Answers what it was before.
inline bool trap_exit(bool on) {
  std::uint32_t old = 0;
  detail::check(detail::host().process_flag(detail::host_table, PB_FLAG_TRAP_EXIT, on ? 1 : 0, &old), "process_flag");
  return old != 0;
}

}  // namespace patchbay
