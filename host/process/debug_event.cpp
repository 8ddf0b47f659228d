#include "process/debug_event.hpp"

#include <nlohmann/json.hpp>

#include "process/process.hpp"
#include "process/system.hpp"

namespace patchbay::process {
namespace {

using nlohmann::json;

std::string dumped(const json& value) { return value.dump(-1, ' ', false, json::error_handler_t::replace); }

std::string own_name(const process& self) {
  const bonds* ties = self.ties_if_any();
  return ties == nullptr || ties->name.empty() ? pid_text(self.pid()) : ties->name;
}

const char* kind_word(message::signal kind) {
  switch (kind) {
    case message::signal::call:
      return "call";
    case message::signal::cast:
      return "cast";
    case message::signal::response:
      return "response";
    case message::signal::timeout:
      return "timeout";
    case message::signal::exit:
      return "EXIT";
    case message::signal::down:
      return "DOWN";
    default:
      return "info";
  }
}

void describe(json& event, const system& owner, const process& self, const message::envelope& signal) {
  event["kind"] = kind_word(signal.kind);
  if (signal.sender != 0) event["from"] = pid_text(signal.sender);
  if (signal.kind == message::signal::exit || signal.kind == message::signal::down) {
    const auto& notice = static_cast<const message::exit_notice&>(signal);
    event["reason"] = reason{notice.reason, notice.text}.words();
    return;
  }
  const bool call = signal.kind == message::signal::call;
  if (!call && signal.kind != message::signal::cast && signal.kind != message::signal::info) return;
  const auto& letter = static_cast<const message::mail&>(signal);
  const std::uint32_t kind = call ? PB_KIND_CALL : signal.kind == message::signal::cast ? PB_KIND_CAST : PB_KIND_INFO;
  const pb_message* entry = self.code().find(kind, letter.content.type_id());
  event["message"] = owner.types().name(letter.content.type_id());
  event["value"] = message::show(letter.content, entry == nullptr ? nullptr : entry->type, owner.hidden());
}

json state_of(const system& owner, process& self) {
  std::string schema;
  std::string bytes;
  std::string why;
  if (self.kind().status(self, schema, bytes, why) != PB_OK) return "(not shown: " + why + ")";
  return message::show(schema, bytes, owner.hidden());
}

}  // namespace

void debug_event::make() {
  json event{{"process", own_name(self_)}};
  words_ = "*DBG* " + own_name(self_);
  switch (what_) {
    case kind::in:
      event["event"] = "in";
      describe(event, owner_, self_, *signal_);
      words_ += " got " + event["kind"].get<std::string>();
      if (event.contains("message")) words_ += " " + event["message"].get<std::string>() + " " + dumped(event["value"]);
      if (event.contains("reason")) words_ += " " + event["reason"].get<std::string>();
      if (event.contains("from")) words_ += " from " + event["from"].get<std::string>();
      break;
    case kind::out:
      event["event"] = "out";
      event["value"] = message::show(*reply_, nullptr, owner_.hidden());
      event["to"] = self_.request().pid == 0 ? json() : json(pid_text(self_.request().pid));
      event["state"] = state_of(owner_, self_);
      words_ += " sent " + dumped(event["value"]) +
                (self_.request().pid == 0 ? std::string() : " to " + pid_text(self_.request().pid)) + ", new state " +
                dumped(event["state"]);
      break;
    case kind::noreply:
      event["event"] = "noreply";
      event["state"] = state_of(owner_, self_);
      words_ += " new state " + dumped(event["state"]);
  }
  json_ = dumped(event);
}

const std::string& debug_event::line() {
  if (json_.empty()) make();
  return json_;
}

const std::string& debug_event::words() {
  if (json_.empty()) make();
  return words_;
}

}  // namespace patchbay::process
