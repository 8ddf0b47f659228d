#include "node/node.hpp"
#include "node/operations.hpp"
#include "port/text.hpp"

namespace patchbay::node {
namespace {

using behaviour::application_type;

std::string name_of(const json& fields) { return fields.at("name").get<std::string>(); }

outcome<application_type> type_of(const json& fields) {
  const auto text = fields.value("type", std::string("temporary"));
  for (const auto type : {application_type::temporary, application_type::transient, application_type::permanent}) {
    if (word(type) == text) return type;
  }
  return error{"badarg",
               "`" + port::shortened(text) + "` is no type of an application; say temporary, transient or permanent"};
}

json which(node& host) {
  json list = json::array();
  for (const auto& each : host.applications().which_applications()) {
    list.push_back({{"name", each.name},
                    {"vsn", each.version},
                    {"description", each.description},
                    {"type", behaviour::word(each.type)},
                    {"started", each.started},
                    {"top", each.top == 0 ? json() : json(process::pid_text(each.top))}});
  }
  return list;
}

outcome<json> start(node& host, const json& fields) {
  const auto type = type_of(fields);
  if (!type) return type.failure();
  const auto started = host.applications().ensure_all_started({name_of(fields)}, *type);
  if (!started) return started.failure();
  return json(*started);
}

}  // namespace

void add_application_operations(dispatcher& to, node& host) {
  to.add({"which_applications", {}, [&](const json&, const progress&) -> outcome<json> { return which(host); }});
  to.add({"application_start", {{"name"}, {"type", field_type::text, false}}, [&](const json& fields, const progress&) {
            return start(host, fields);
          }});
  to.add({"application_stop", {{"name"}}, [&](const json& fields, const progress&) -> outcome<json> {
            if (auto stopped = host.applications().stop(name_of(fields)); !stopped) return stopped.failure();
            return json();
          }});
}

}  // namespace patchbay::node
