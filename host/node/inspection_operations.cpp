// What a person at the console asks of single processes.
#include <future>
#include <memory>

#include "node/node.hpp"
#include "node/operations.hpp"
#include "port/text.hpp"
#include "process/process.hpp"

namespace patchbay::node {
namespace {

using std::chrono::milliseconds;

const std::vector<field> one_process{{"name"}};

std::string name_of(const json& fields) { return fields.at("name").get<std::string>(); }

json pids(const std::vector<pb_pid>& list) {
  json texts = json::array();
  for (const pb_pid pid : list) texts.push_back(process::pid_text(pid));
  return texts;
}

/// Links and monitors are the process's own: they are read under its token, in the order of its messages.
outcome<json> ties_of(node& host, const json& fields) {
  const auto pid = host.messages().find(name_of(fields));
  if (!pid) return pid.failure();
  auto told = std::make_shared<std::promise<json>>();
  auto answer = told->get_future();
  const auto look = [told](process::process* self) {
    if (self == nullptr) return told->set_value(json());
    json seen{{"links", json::array()}, {"monitors", json::array()}, {"monitored_by", json::array()}};
    if (const process::bonds* ties = self->ties_if_any()) {
      seen["links"] = pids(ties->links);
      for (const auto& each : ties->monitors) seen["monitors"].push_back(process::pid_text(each.other));
      for (const auto& each : ties->watchers) {
        if (each.other != 0) seen["monitored_by"].push_back(process::pid_text(each.other));
      }
    }
    seen["trap_exit"] = self->trap_exit();
    seen["parent"] = self->parent() == 0 ? json() : json(process::pid_text(self->parent()));
    told->set_value(std::move(seen));
  };
  const milliseconds limit(fields.value("timeout_ms", std::int64_t{5000}));
  if (host.system().run_on(*pid, look) != PB_OK) return error{"noproc", "`" + name_of(fields) + "` has just ended"};
  if (answer.wait_for(limit) != std::future_status::ready) {
    return error{"timeout",
                 "`" + name_of(fields) + "` did not get to it within " + std::to_string(limit.count()) + " ms"};
  }
  json seen = answer.get();
  if (seen.is_null()) return error{"noproc", "`" + name_of(fields) + "` has just ended"};
  return seen;
}

outcome<json> start(node& host, const json& fields) {
  const std::string module = fields.at("module").get<std::string>();
  const auto slash = module.find('/');
  if (slash == std::string::npos) {
    return error{"badarg",
                 "`" + port::shortened(module) + "`: write application/module, for example sequence/sequence_server"};
  }
  process::spawn_request request;
  request.find_module = [&] { return host.code().hold_module(module, {}); };
  request.name = fields.value("as", std::string());
  request.args_json = fields.value("args", json::object()).dump();
  const process::spawned made = host.system().spawn(request);
  if (made) return json{{"pid", process::pid_text(made.pid)}};
  if (made.failure.status == PB_E_UNDEF_MODULE)
    return error{"undef_module", "no loaded plugin has " + port::shortened(module)};
  if (made.failure.status == PB_E_IGNORE) return error{"ignore", "init of " + module + " answered ignore"};
  return error{made.failure.status == PB_E_ALREADY_STARTED ? "already_started" : "init", made.failure.why.words()};
}

outcome<json> stop(node& host, const json& fields) {
  const auto pid = host.messages().find(name_of(fields));
  if (!pid) return pid.failure();
  const std::string why = fields.value("reason", std::string("normal"));
  const process::reason reason = why == "normal"     ? process::reason::normal()
                                 : why == "shutdown" ? process::reason::shutdown()
                                                     : process::reason::failure(why);
  std::string text;
  const pb_sink sink = message::string_sink(text);
  const milliseconds limit(fields.value("timeout_ms", std::int64_t{5000}));
  switch (host.system().stop_process({*pid, {}}, reason, limit, &sink)) {
    case PB_OK:
      return json();
    case PB_E_NOPROC:
      return error{"noproc", "`" + name_of(fields) + "` has just ended"};
    case PB_E_TIMEOUT:
      return error{"timeout", "`" + name_of(fields) + "` has not ended within " + std::to_string(limit.count()) +
                                  " ms; it ends later"};
    default:
      return error{"exit", "`" + name_of(fields) + "` ended for another reason: " + text};
  }
}

}  // namespace

void add_inspection_operations(dispatcher& to, node& host) {
  const field limit{"timeout_ms", field_type::milliseconds, false};
  to.add({"whereis", one_process, [&](const json& fields, const progress&) -> outcome<json> {
            const pb_pid pid = host.system().whereis(name_of(fields));
            return pid == 0 ? json() : json(process::pid_text(pid));
          }});
  to.add({"registered", {}, [&](const json&, const progress&) -> outcome<json> {
            json list = json::array();
            for (const auto& [name, pid] : host.system().registered()) {
              list.push_back({{"name", name}, {"pid", process::pid_text(pid)}});
            }
            return list;
          }});
  to.add({"messages", one_process,
          [&](const json& fields, const progress&) { return host.messages().known(name_of(fields)); }});
  to.add({"send",
          {{"name"}, {"message"}, {"args", field_type::value, false}},
          [&](const json& fields, const progress&) -> outcome<json> {
            const auto sent = host.messages().send(name_of(fields), fields.at("message").get<std::string>(),
                                                   fields.value("args", json::object()));
            if (!sent) return sent.failure();
            return json();
          }});
  to.add({"ties", {{"name"}, limit}, [&](const json& fields, const progress&) { return ties_of(host, fields); }});
  to.add({"start",
          {{"module"}, {"as", field_type::text, false}, {"args", field_type::value, false}},
          [&](const json& fields, const progress&) { return start(host, fields); }});
  to.add({"stop_process",
          {{"name"}, {"reason", field_type::text, false}, limit},
          [&](const json& fields, const progress&) { return stop(host, fields); }});
}

}  // namespace patchbay::node
