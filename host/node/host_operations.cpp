#include <unistd.h>

#include "node/node.hpp"
#include "node/operations.hpp"
#include "patchbay/version.hpp"

namespace patchbay::node {
namespace {

const char* word(code::generation_status status) {
  switch (status) {
    case code::generation_status::loaded:
      return "loaded";
    case code::generation_status::serving:
      return "serving";
    case code::generation_status::retired:
      return "retired";
  }
  return "";
}

json text_or_null(const std::string& text) { return text.empty() ? json() : json(text); }

json ping(node& host) {
  return {{"host", host_version},
          {"pid", ::getpid()},
          {"release", host.releases().current()->id()},
          {"unsigned", host.allows_unsigned()}};
}

json status(node& host) {
  const auto stand = host.releases().stands();
  json answer = ping(host);
  answer["permanent"] = stand.permanent;
  answer["previous"] = text_or_null(stand.previous);
  answer["operation"] = text_or_null(stand.operation);
  answer["unrecorded"] = !stand.recorded;
  answer["processes"] = host.system().process_count();
  answer["workers"] = host.system().scheduler().workers();
  answer["data"] = host.data().root.string();
  return answer;
}

json generations(node& host) {
  json list = json::array();
  host.code().each([&](const code::generation& each) {
    list.push_back({{"label", each.label()},
                    {"application", each.application},
                    {"version", each.version},
                    {"build_id", each.build_id},
                    {"status", word(each.status)},
                    {"residents", each.group.resident_count()},
                    {"needs", each.group.needs()},
                    {"pins", each.group.pins()}});
  });
  return list;
}

}  // namespace

void add_host_operations(dispatcher& to, node& host) {
  to.add({"ping", {}, [&](const json&, const progress&) -> outcome<json> { return ping(host); }});
  to.add({"status", {}, [&](const json&, const progress&) -> outcome<json> { return status(host); }});
  to.add({"generations", {}, [&](const json&, const progress&) -> outcome<json> { return generations(host); }});
  to.add({"stop", {}, [&](const json&, const progress&) -> outcome<json> {
            host.stopping().ask("asked over the control socket");
            return json();
          }});
}

}  // namespace patchbay::node
