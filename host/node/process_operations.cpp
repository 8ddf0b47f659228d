#include "node/node.hpp"
#include "node/operations.hpp"

namespace patchbay::node {
namespace {

using std::chrono::milliseconds;

std::string text(const json& fields, const char* name) { return fields.at(name).get<std::string>(); }

milliseconds timeout_of(const json& fields) { return milliseconds(fields.value("timeout_ms", std::int64_t{5000})); }

json args_of(const json& fields) { return fields.value("args", json::object()); }

json processes(const process::system& system) {
  json list = json::array();
  for (const auto& each : system.processes()) {
    list.push_back({{"pid", process::pid_text(each.pid)},
                    {"name", each.name.empty() ? json() : json(each.name)},
                    {"module", each.module},
                    {"application", each.application},
                    {"version", each.version},
                    {"generation", each.generation},
                    {"queued", each.queued},
                    {"handled", each.handled}});
  }
  return list;
}

}  // namespace

void add_process_operations(dispatcher& to, node& host) {
  auto& messages = host.messages();
  const std::vector<field> message{{"name"}, {"message"}, {"args", field_type::value, false}};
  std::vector<field> call = message;
  call.push_back({"timeout_ms", field_type::milliseconds, false});
  to.add({"call", call, [&](const json& fields, const progress&) {
            return messages.call(text(fields, "name"), text(fields, "message"), args_of(fields), timeout_of(fields));
          }});
  to.add({"cast", message, [&](const json& fields, const progress&) -> outcome<json> {
            const auto sent = messages.cast(text(fields, "name"), text(fields, "message"), args_of(fields));
            if (!sent) return sent.failure();
            return json();
          }});
  to.add(
      {"state", {{"name"}, {"timeout_ms", field_type::milliseconds, false}}, [&](const json& fields, const progress&) {
         return messages.state(text(fields, "name"), timeout_of(fields));
       }});
  to.add({"ps", {}, [&](const json&, const progress&) -> outcome<json> { return processes(host.system()); }});
  to.add({"tree", {}, [&](const json&, const progress&) -> outcome<json> { return host.tree(); }});
}

}  // namespace patchbay::node
