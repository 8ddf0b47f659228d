#pragma once
// One record for the host's log.
#include <cstdint>
#include <string>
#include <string_view>

#include <patchbay/abi.h>

namespace patchbay::process {

/// What a report is about, as OTP's loggers tell them apart.
enum class report_kind : std::uint8_t {
  line,  ///< what a plugin or a room logs
  terminate,  ///< {gen_server,terminate} and its peers: a server ended for a reason that is none of normal, shutdown, {shutdown,_}
  crash,        ///< {proc_lib,crash}
  supervisor,   ///< {supervisor,child_terminated|start_error|shutdown_error|shutdown}
  progress,     ///< a child or an application started; hidden by default
  application,  ///< {application_controller,exit}
  debug         ///< sys:trace
};

/// Whose fields are empty have none. Values are one line of JSON, redacted.
struct report {
  std::uint32_t level = PB_LOG_INFO;
  pb_pid pid = 0;
  std::string text;
  report_kind kind = report_kind::line;
  std::string label = {};  ///< `{gen_server,terminate}`
  std::string name = {};   ///< local name
  std::string application = {};
  std::string module = {};
  std::string version = {};
  std::string generation = {};
  std::uint64_t request = 0;  ///< of the call that was being handled
  pb_pid parent = 0;
  std::string reason = {};
  std::string last_message = {};
  std::string state = {};
};

/// `crash`, `supervisor`, …: a record's `report`.
std::string_view word(report_kind kind) noexcept;

}  // namespace patchbay::process
