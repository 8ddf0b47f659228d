#include "node/control/dispatcher.hpp"

#include <exception>
#include <utility>

#include "port/text.hpp"

namespace patchbay::node {
namespace {

bool fits(field_type type, const json& value) {
  switch (type) {
    case field_type::text:
      return value.is_string();
    case field_type::milliseconds:
      return value.is_number_unsigned() && value.get<std::uint64_t>() <= 3'600'000;
    case field_type::value:
      return true;
  }
  return false;
}

const char* wanted(field_type type) {
  return type == field_type::text ? "a string" : "a whole number of milliseconds, at most 3600000";
}

outcome<void> check_fields(const operation& op, const json& given) {
  std::vector<std::string> known;
  for (const auto& field : op.fields) {
    known.push_back(field.name);
    const auto it = given.find(field.name);
    if (it == given.end()) {
      if (field.required) return error{"bad_request", "`" + op.name + "` needs `" + field.name + "`"};
    } else if (!fits(field.type, *it)) {
      return error{"bad_request", "`" + op.name + "`: `" + field.name + "` must be " + wanted(field.type)};
    }
  }
  for (const auto& [name, value] : given.items()) {
    bool found = false;
    for (const auto& field : op.fields) found = found || field.name == name;
    if (!found) {
      return error{"bad_request", "`" + op.name + "` takes no field `" + port::shortened(name) +
                                      "`; known: " + port::list_names(known) + port::did_you_mean(name, known)};
    }
  }
  return {};
}

}  // namespace

void dispatcher::add(operation added) {
  std::string name = added.name;
  operations_.insert_or_assign(std::move(name), std::move(added));
}

std::vector<std::string> dispatcher::names() const {
  std::vector<std::string> result;
  for (const auto& [name, op] : operations_) result.push_back(name);
  return result;
}

outcome<json> dispatcher::run(std::string_view op, const json& fields, const progress& tell) const {
  const auto it = operations_.find(op);
  if (it == operations_.end()) {
    const auto known = names();
    return error{"unknown_op", "there is no operation `" + port::shortened(op) +
                                   "`; known: " + port::list_names(known) + port::did_you_mean(op, known)};
  }
  if (auto checked = check_fields(it->second, fields); !checked) return checked.failure();
  return it->second.run(fields, tell);
}

std::string dispatcher::answer(std::string_view line, const std::function<void(std::string_view)>& send) const {
  const parsed_request parsed = parse_request(line);
  if (!parsed.content) return error_line(parsed.id, parsed.content.failure());
  const progress tell = [&](std::string_view phase, std::string_view text) {
    send(phase_line(parsed.id, phase, text));
  };
  try {
    const auto result = run(parsed.content->op, parsed.content->fields, tell);
    if (!result) return error_line(parsed.id, result.failure());
    std::string text = result_line(parsed.id, *result);
    if (text.size() <= max_line_bytes) return text;
    return error_line(parsed.id, {"line_too_long", "the answer has " + std::to_string(text.size()) +
                                                       " bytes, more than the 1 MiB that a line may have"});
  } catch (const std::exception& failure) {
    return error_line(parsed.id, {"internal", "`" + parsed.content->op + "` failed: " + failure.what()});
  }
}

}  // namespace patchbay::node
