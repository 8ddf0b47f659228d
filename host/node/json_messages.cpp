#include "node/json_messages.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>
#include <vector>

#include "message/codec.hpp"
#include "message/show.hpp"
#include "port/text.hpp"

namespace patchbay::node {
namespace {

/// A pid as pid_text writes it.
std::optional<pb_pid> parse_pid(std::string_view text) {
  if (!text.starts_with("<0.") || !text.ends_with('>')) return std::nullopt;
  text = text.substr(3, text.size() - 4);
  const auto dot = text.find('.');
  if (dot == std::string_view::npos) return std::nullopt;
  const auto number = [](std::string_view digits) -> std::optional<std::uint32_t> {
    std::uint32_t value = 0;
    const auto [end, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return failed == std::errc() && end == digits.data() + digits.size() ? std::optional(value) : std::nullopt;
  };
  const auto index = number(text.substr(0, dot));
  const auto generation = number(text.substr(dot + 1));
  if (!index || !generation) return std::nullopt;
  return (static_cast<pb_pid>(*generation) << 32U) | *index;
}

const char* word(std::uint32_t kind) { return kind == PB_KIND_CALL ? "call" : kind == PB_KIND_CAST ? "cast" : "info"; }
std::string with_article(std::uint32_t kind) {
  return std::string(kind == PB_KIND_CALL || kind == PB_KIND_CAST ? "a " : "an ") + word(kind);
}

error undefined(const known_messages& known, std::uint32_t kind, std::string_view name, std::string_view message,
                const process::process_info& receiver) {
  std::vector<std::string> names;
  for (const auto& each : known) {
    if (each.kind == kind) names.push_back(each.short_name);
    if (each.kind != kind && each.short_name == message) {
      return {"undef_message", "`" + port::shortened(name) + "` takes " + each.short_name + " as " +
                                   with_article(each.kind) + ", not as " + with_article(kind)};
    }
  }
  std::sort(names.begin(), names.end());
  return {"undef_message", "`" + port::shortened(name) + "` (" + receiver.application + "/" + receiver.module + " " +
                               receiver.version + ") takes no " + word(kind) + " `" + port::shortened(message) + "`" +
                               "; known " + word(kind) + "s: " + port::list_names(names) +
                               port::did_you_mean(message, names)};
}

}  // namespace

outcome<pb_pid> json_messages::find(std::string_view name) const {
  if (const auto pid = parse_pid(name)) {
    if (system_->alive(*pid)) return *pid;
    return error{"noproc", "there is no process " + port::shortened(name) + " (any more); `patchbay ps` lists them"};
  }
  if (const pb_pid pid = system_->whereis(name); pid != 0) return pid;
  std::vector<std::string> names;
  for (auto& [each, pid] : system_->registered()) names.push_back(std::move(each));
  return error{"noproc", "no process is registered as `" + port::shortened(name) +
                             "`; registered: " + port::list_names(names) + port::did_you_mean(name, names)};
}

outcome<json_messages::encoded_message> json_messages::encode(pb_pid pid, std::string_view name, std::uint32_t kind,
                                                              std::string_view message, const json& args) const {
  const auto receiver = system_->info(pid);
  if (!receiver) return error{"noproc", "`" + std::string(name) + "` has just ended"};
  const auto known = known_->find(receiver->application, receiver->version, receiver->module);
  if (!known) {
    return error{"undef_message", "`" + std::string(name) + "` (" + receiver->application + "/" + receiver->module +
                                      ") takes no messages as JSON"};
  }
  for (const auto& each : *known) {
    if (each.kind != kind || (each.short_name != message && each.name != message)) continue;
    auto bytes = message::json_to_binary(*each.schema, args);
    if (bytes) return encoded_message{each, std::move(*bytes)};
    return error{"bad_message",
                 each.name + ": " + bytes.failure().text + "; its fields are " + message::describe(*each.schema)};
  }
  return undefined(*known, kind, name, message, *receiver);
}

outcome<json> json_messages::decode(const process::encoded& value) {
  if (value.schema.empty()) return message::parse_json(value.bytes);
  const auto schema = schemas_.get(value.schema);
  if (!schema) return schema.failure();
  return message::binary_to_json(**schema, value.bytes);
}

outcome<json> json_messages::call(std::string_view name, std::string_view message, const json& args,
                                  std::chrono::milliseconds timeout) {
  const auto pid = find(name);
  if (!pid) return pid.failure();
  // A swap between the look at the schema and the arrival may have changed it: undef_message by a message that is known is tried anew.
  for (int attempt = 0;; ++attempt) {
    auto encoded = encode(*pid, name, PB_KIND_CALL, message, args);
    if (!encoded) return encoded.failure();
    // Not attached, so that a handler that takes longer than the timeout does not hold this thread.
    auto answer =
        system_->call_encoded(*pid, encoded->to.name, encoded->to.schema_fp, std::move(encoded->bytes), timeout);
    if (answer) return decode(*answer);
    if (answer.failure().code != "undef_message" || attempt == 2) return answer.failure();
  }
}

outcome<void> json_messages::post(std::string_view name, std::uint32_t kind, std::string_view message,
                                  const json& args) {
  const auto pid = find(name);
  if (!pid) return pid.failure();
  auto encoded = encode(*pid, name, kind, message, args);
  if (!encoded) return encoded.failure();
  return system_->post_encoded(*pid, kind == PB_KIND_CAST ? message::signal::cast : message::signal::info,
                               encoded->to.name, encoded->to.schema_fp, std::move(encoded->bytes));
}

outcome<void> json_messages::cast(std::string_view name, std::string_view message, const json& args) {
  return post(name, PB_KIND_CAST, message, args);
}
outcome<void> json_messages::send(std::string_view name, std::string_view message, const json& args) {
  return post(name, PB_KIND_INFO, message, args);
}

outcome<json> json_messages::known(std::string_view name) const {
  const auto pid = find(name);
  if (!pid) return pid.failure();
  json list = json::array();
  const auto receiver = system_->info(*pid);
  const auto known = receiver ? known_->find(receiver->application, receiver->version, receiver->module) : nullptr;
  if (known == nullptr) return list;
  for (const auto& each : *known) {
    const auto& root = each.schema->root();
    list.push_back({{"kind", word(each.kind)},
                    {"message", each.short_name},
                    {"fields", root.kind == message::shape::structure ? json(root.names) : json::array()},
                    {"shape", message::describe(*each.schema)}});
  }
  return list;
}

outcome<json> json_messages::state(std::string_view name, std::chrono::milliseconds timeout) {
  const auto pid = find(name);
  if (!pid) return pid.failure();
  const auto encoded = system_->get_state(*pid, timeout);
  if (!encoded) return encoded.failure();
  auto value = decode(*encoded);
  if (!value) return value.failure();
  message::redact(*value, system_->hidden());
  const auto info = system_->info(*pid);
  if (!info) return error{"noproc", "`" + std::string(name) + "` has just ended"};
  return json{{"pid", process::pid_text(*pid)}, {"name", info->name.empty() ? json() : json(info->name)},
              {"module", info->module},         {"application", info->application},
              {"version", info->version},       {"state", std::move(*value)}};
}

}  // namespace patchbay::node
