#pragma once
// Lines of the control socket as data (host/node/control.md). Pure.
#include <cstddef>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "port/outcome.hpp"

namespace patchbay::node {

using nlohmann::json;

inline constexpr std::size_t max_line_bytes = std::size_t{1} << 20;  ///< with the newline
inline constexpr unsigned max_clients = 64;
inline constexpr unsigned max_nesting = 64;
inline constexpr std::size_t max_id_bytes = 64;

/// One request line. `id` is null where it could not be read, so that the error can still be answered.
struct request {
  json id;
  std::string op;
  json fields = json::object();  ///< all others
};
struct parsed_request {
  json id;
  outcome<request> content;
};
/// Errors: bad_json, bad_request.
parsed_request parse_request(std::string_view line);

/// What a client sends must arrive as it was meant: a path with other bytes is another path. Errors: badarg (a field, by its name, that is not
/// UTF-8).
outcome<void> check_utf8(const json& fields);

/// Lines with their newline. Text that is not UTF-8 is sent with replacement characters.
std::string request_line(const json& id, std::string_view op, json fields);
std::string result_line(const json& id, const json& result);
std::string error_line(const json& id, const error& failure);
/// Plugins see some texts alone, so that these begin with their code: without it, for those who see both.
std::string_view text_beside_code(const error& failure);
std::string phase_line(const json& id, std::string_view phase, std::string_view text);

/// What a host sent: either a phase or the answer that ends the operation.
struct response {
  json id;
  bool phase = false;
  std::string phase_name;
  std::string phase_text;
  outcome<json> answer = json();
};
/// Errors: bad_answer.
outcome<response> parse_response(std::string_view line);

}  // namespace patchbay::node
