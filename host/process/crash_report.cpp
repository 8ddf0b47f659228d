#include "process/crash_report.hpp"

#include <nlohmann/json.hpp>

#include "message/show.hpp"
#include "process/process.hpp"

namespace patchbay::process {
namespace {

using nlohmann::json;

/// Longer states are not for a log.
constexpr std::size_t longest = std::size_t{64} << 10;

std::string dumped(const json& value) {
  std::string text = value.dump(-1, ' ', false, json::error_handler_t::replace);
  if (text.size() <= longest) return text;
  return json("(not shown: " + std::to_string(text.size()) + " bytes)").dump();
}

std::string shown_message(const system& owner, const process& self, const last_message& last) {
  json shown{{"message", owner.types().name(self.last_type())}};
  if (last.letter != nullptr && last.letter->content.type_id() == self.last_type()) {
    const bool call = last.letter->kind == message::signal::call;
    const std::uint32_t kind = call                                         ? PB_KIND_CALL
                               : last.letter->kind == message::signal::cast ? PB_KIND_CAST
                                                                            : PB_KIND_INFO;
    const pb_message* entry = self.code().find(kind, self.last_type());
    shown["kind"] = call ? "call" : kind == PB_KIND_CAST ? "cast" : "info";
    shown["value"] = message::show(last.letter->content, entry == nullptr ? nullptr : entry->type, owner.hidden());
    if (last.letter->sender != 0) shown["from"] = pid_text(last.letter->sender);
  } else if (last.object != nullptr && last.type->host_id == self.last_type()) {
    shown["kind"] = "call";
    shown["value"] = message::show(*last.type, last.object, owner.hidden());
  }
  return dumped(shown);
}

std::string shown_state(const system& owner, process& self) {
  std::string schema;
  std::string bytes;
  std::string why;
  // A format_status that fails hides the state, as in OTP.
  if (self.kind().status(self, schema, bytes, why) != PB_OK)
    return json("(not shown: format_status failed: " + why + ")").dump();
  return dumped(message::show(schema, bytes, owner.hidden()));
}

const char* behaviour_word(const process& self) {
  switch (self.code().table().behaviour) {
    case PB_BEHAVIOUR_SUPERVISOR:
      return "supervisor";
    case PB_BEHAVIOUR_GEN_STATEM:
      return "gen_statem";
    case PB_BEHAVIOUR_GEN_EVENT:
      return "gen_event";
    case PB_BEHAVIOUR_APPLICATION:
      return "application";
    default:
      return "gen_server";
  }
}

}  // namespace

std::string_view word(report_kind kind) noexcept {
  switch (kind) {
    case report_kind::terminate:
      return "terminate";
    case report_kind::crash:
      return "crash";
    case report_kind::supervisor:
      return "supervisor";
    case report_kind::progress:
      return "progress";
    case report_kind::application:
      return "application";
    case report_kind::debug:
      return "debug";
    case report_kind::line:
      break;
  }
  return "";
}

void report_crash(const system& owner, process& self, const reason& why, const last_message& last) {
  const bonds* ties = self.ties_if_any();
  const std::string name = ties != nullptr && !ties->name.empty() ? ties->name : pid_text(self.pid());
  const std::string which =
      name + " (" + self.code().application() + "/" + self.code().name() + " " + self.code().version() + ")";
  report server;
  server.level = PB_LOG_ERROR;
  server.pid = self.pid();
  server.kind = report_kind::terminate;
  server.label = std::string("{") + behaviour_word(self) + ",terminate}";
  server.text = std::string(behaviour_word(self)) + " " + which + " terminating: " + why.words();
  server.reason = why.words();
  if (self.last_type() != 0) server.last_message = shown_message(owner, self, last);
  server.state = shown_state(owner, self);
  report crash;
  crash.level = PB_LOG_ERROR;
  crash.pid = self.pid();
  crash.kind = report_kind::crash;
  crash.label = "{proc_lib,crash}";
  crash.text = "crash_report: " + which + " terminating: " + why.words();
  crash.reason = why.words();
  crash.parent = self.parent();
  owner.tell(std::move(server));
  owner.tell(std::move(crash));
}

}  // namespace patchbay::process
