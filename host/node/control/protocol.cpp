#include "node/control/protocol.hpp"

#include <utility>

#include "message/codec.hpp"
#include "message/text_bytes.hpp"
#include "port/text.hpp"

namespace patchbay::node {
namespace {

// The parser itself is not recursive, but whatever walks its result is.
bool too_deep(std::string_view line) {
  unsigned depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (in_string) {
      if (c == '\\') ++i;
      if (c == '"') in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{' || c == '[') {
      if (++depth > max_nesting) return true;
    } else if ((c == '}' || c == ']') && depth > 0) {
      --depth;
    }
  }
  return false;
}

outcome<json> parse_json(std::string_view line) {
  if (too_deep(line))
    return error{"bad_json", "the line is nested deeper than " + std::to_string(max_nesting) + " levels"};
  auto parsed = message::parse_json(line);
  if (!parsed) return error{"bad_json", "the line: " + parsed.failure().text};
  return parsed;
}

/// `an array`, `a number`, `null`
std::string kind_of(const json& value) {
  const std::string_view name = value.type_name();
  return value.is_null() ? "null" : (value.is_array() ? "an " : "a ") + std::string(name);
}

std::string line_of(const json& value) { return value.dump(-1, ' ', false, json::error_handler_t::replace) + '\n'; }

std::string replaced(const std::string& text) {
  const std::string quoted = json(text).dump(-1, ' ', false, json::error_handler_t::replace);
  return quoted.substr(1, quoted.size() - 2);
}

bool is_id(const json& value) {
  return value.is_number_integer() || (value.is_string() && value.get_ref<const std::string&>().size() <= max_id_bytes);
}

}  // namespace

parsed_request parse_request(std::string_view line) {
  auto parsed = parse_json(line);
  if (!parsed) return {nullptr, parsed.failure()};
  json& object = *parsed;
  if (!object.is_object()) {
    return {nullptr, error{"bad_request", "a request is a JSON object, not " + kind_of(object)}};
  }
  request result;
  const auto id = object.find("id");
  if (id == object.end() || !is_id(*id)) {
    return {nullptr, error{"bad_request", "`id` is missing, or neither an integer nor a string of at most 64 bytes"}};
  }
  result.id = std::move(*id);
  object.erase(id);
  const auto op = object.find("op");
  if (op == object.end() || !op->is_string()) {
    return {result.id, error{"bad_request", "`op` is missing or not a string; `ping` is the smallest operation"}};
  }
  result.op = op->get<std::string>();
  object.erase(op);
  result.fields = std::move(object);
  json answered = result.id;
  return {std::move(answered), std::move(result)};
}

outcome<void> check_utf8(const json& fields) {
  for (const auto& [name, value] : fields.items()) {
    if (!value.is_string()) continue;
    const std::string& text = value.get_ref<const std::string&>();
    if (message::is_utf8(text)) continue;
    return error{"badarg", "`" + name + "` is no UTF-8: `" + port::shortened(replaced(text)) +
                               "`; name something that is: the control socket carries nothing else"};
  }
  return {};
}

std::string request_line(const json& id, std::string_view op, json fields) {
  json line = fields.is_object() ? std::move(fields) : json::object();
  line["id"] = id;
  line["op"] = op;
  return line_of(line);
}

std::string result_line(const json& id, const json& result) {
  return line_of(json{{"id", id}, {"ok", true}, {"result", result}});
}

std::string error_line(const json& id, const error& failure) {
  return line_of(
      json{{"id", id}, {"ok", false}, {"error", {{"code", failure.code}, {"text", text_beside_code(failure)}}}});
}

std::string_view text_beside_code(const error& failure) {
  std::string_view text = failure.text;
  if (text.starts_with(failure.code) && text.substr(failure.code.size()).starts_with(": "))
    text.remove_prefix(failure.code.size() + 2);
  return text;
}

std::string phase_line(const json& id, std::string_view phase, std::string_view text) {
  return line_of(json{{"id", id}, {"event", "phase"}, {"phase", phase}, {"text", text}});
}

outcome<response> parse_response(std::string_view line) {
  auto parsed = parse_json(line);
  if (!parsed) return error{"bad_answer", "the host sent something that is no answer: " + parsed.failure().text};
  json& object = *parsed;
  try {
    response result;
    result.id = object.at("id");
    if (object.contains("event")) {
      result.phase = true;
      result.phase_name = object.at("phase").get<std::string>();
      result.phase_text = object.at("text").get<std::string>();
    } else if (object.at("ok").get<bool>()) {
      result.answer = std::move(object.at("result"));
    } else {
      const json& failure = object.at("error");
      result.answer = error{failure.at("code").get<std::string>(), failure.at("text").get<std::string>()};
    }
    return result;
  } catch (const json::exception& failure) {
    return error{"bad_answer", std::string("the host sent something that is no answer: ") + failure.what()};
  }
}

}  // namespace patchbay::node
