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

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const node::dispatcher operations = make();
  const std::string answer = operations.answer(fuzz::text_of(data, size), [](std::string_view line) {
    fuzz::check(json::accept(line) && line.find('\n') == std::string_view::npos);
  });
  fuzz::check(json::accept(answer) && answer.find('\n') == std::string::npos);
  return 0;
}
