#include "node/log_record.hpp"

#include <array>
#include <ctime>
#include <nlohmann/json.hpp>
#include <string_view>

#include "process/system.hpp"

namespace patchbay::node {
namespace {

using nlohmann::ordered_json;
using process::report_kind;

constexpr std::array<std::string_view, 6> level_words{"trace", "debug", "info", "warning", "error", "critical"};

std::string utc(std::chrono::system_clock::time_point when) {
  const auto since = when.time_since_epoch();
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(since).count() % 1000;
  const std::time_t seconds = std::chrono::system_clock::to_time_t(when);
  std::tm parts{};
#ifdef _WIN32
  gmtime_s(&parts, &seconds);
#else
  gmtime_r(&seconds, &parts);
#endif
  std::array<char, 32> text{};
  const std::size_t size = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &parts);
  const std::string fraction = std::to_string(1000 + ms).substr(1);
  return std::string(text.data(), size) + "." + fraction + "Z";
}

/// Values come as JSON text; one that is none stays a text.
ordered_json value_of(const std::string& text) {
  auto parsed = ordered_json::parse(text, nullptr, false);
  return parsed.is_discarded() ? ordered_json(text) : std::move(parsed);
}

/// OTP's logger domain of what its own libraries report.
ordered_json domain_of(report_kind kind) {
  switch (kind) {
    case report_kind::line:
    case report_kind::debug:
      return nullptr;
    case report_kind::terminate:
    case report_kind::application:
      return {"otp"};
    default:
      return {"otp", "sasl"};
  }
}

}  // namespace

std::string as_text(const log_record& record) {
  const process::report& what = record.what;
  std::string line = what.pid == 0 ? what.text : process::pid_text(what.pid) + " " + what.text;
  if (!what.last_message.empty()) line += "; last message: " + what.last_message;
  if (!what.state.empty()) line += "; state: " + what.state;
  if (what.pid == 0 || what.module.empty()) return line;
  line += " [" + what.application + "/" + what.module + " " + what.version + " " + what.generation;
  if (!record.release.empty()) line += ", " + record.release;
  if (what.request != 0) line += ", request " + std::to_string(what.request);
  return line + "]";
}

std::string as_json(const log_record& record, bool marks_unsigned) {
  const process::report& what = record.what;
  ordered_json line{{"time", utc(record.time)}};
  const auto text = [&line](const char* field, const std::string& value) {
    if (!value.empty()) line[field] = value;
  };
  line["level"] = level_words[what.level < level_words.size() ? what.level : level_words.size() - 1];
  if (marks_unsigned) line["unsigned"] = true;
  line["text"] = what.text;
  if (what.kind != report_kind::line) line["report"] = process::word(what.kind);
  text("label", what.label);
  if (auto domain = domain_of(what.kind); !domain.is_null()) line["domain"] = std::move(domain);
  if (what.pid != 0) line["pid"] = process::pid_text(what.pid);
  text("name", what.name);
  text("application", what.application);
  text("module", what.module);
  text("version", what.version);
  text("generation", what.generation);
  text("release", record.release);
  if (what.request != 0) line["request"] = what.request;
  if (what.parent != 0) line["parent"] = process::pid_text(what.parent);
  text("reason", what.reason);
  if (!what.last_message.empty()) line["last_message"] = value_of(what.last_message);
  if (!what.state.empty()) line["state"] = value_of(what.state);
  return line.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

}  // namespace patchbay::node
