// A line of a client on the control socket: whatever it is, one line of JSON answers it.
#include <nlohmann/json.hpp>

#include "input.hpp"
#include "node/control/dispatcher.hpp"

namespace {

using namespace patchbay;
using node::field_type;
using node::json;

node::dispatcher make() {
  node::dispatcher made;
  made.add(
      {"call",
       {{"name"}, {"message"}, {"args", field_type::value, false}, {"timeout_ms", field_type::milliseconds, false}},
       [](const json& fields, const node::progress& tell) -> outcome<json> {
         tell("phase", fields.at("name").get<std::string>());
         return fields;
       }});
  made.add({"which", {}, [](const json&, const node::progress&) -> outcome<json> { return json::array(); }});
  made.add(
      {"fail", {}, [](const json&, const node::progress&) -> outcome<json> { throw std::runtime_error("failed"); }});
  return made;
}

/// One line, and its end.
void is_line_of_json(std::string_view line) {
  fuzz::check(!line.empty() && line.find('\n') == line.size() - 1 && json::accept(line));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const node::dispatcher operations = make();
  const std::string answer = operations.answer(fuzz::text_of(data, size), is_line_of_json);
  is_line_of_json(answer);
  return 0;
}
