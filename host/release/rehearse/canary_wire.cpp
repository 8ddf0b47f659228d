#include "release/rehearse/canary_wire.hpp"

#include <cstring>

namespace patchbay::release {
namespace {

using nlohmann::json;

struct record_head {
  std::uint64_t size = 0;
  std::uint32_t way = 0;
  std::uint32_t unused = 0;
};

}  // namespace

std::string_view word(canary_step step) noexcept {
  switch (step) {
    case canary_step::reading:
      return "reading the state";
    case canary_step::there:
      return "code_change";
    case canary_step::back:
      return "the way back";
    case canary_step::comparing:
      return "comparing the state with what came back";
    case canary_step::init:
      return "init";
  }
  return "?";
}

std::string to_text(const canary_task& task) {
  json libraries = json::array();
  for (const canary_library& each : task.libraries) {
    libraries.push_back(
        {{"path", each.path}, {"application", each.application}, {"version", each.version}, {"config", each.config}});
  }
  json ways = json::array();
  for (const canary_way& each : task.ways) {
    ways.push_back({{"from", each.from},
                    {"to", each.to},
                    {"module", each.module},
                    {"up", each.up},
                    {"advanced", each.advanced},
                    {"lossy", each.lossy}});
  }
  return json{{"libraries", libraries}, {"ways", ways}, {"memory_bytes", task.memory_bytes}}.dump(
      -1, ' ', false, json::error_handler_t::replace);
}

outcome<canary_task> read_task(std::string_view text) {
  try {
    const json whole = json::parse(text);
    canary_task task;
    for (const json& each : whole.at("libraries")) {
      task.libraries.push_back({each.at("path").get<std::string>(), each.at("application").get<std::string>(),
                                each.at("version").get<std::string>(), each.at("config")});
    }
    for (const json& each : whole.at("ways")) {
      canary_way way{each.at("from").get<std::size_t>(),   each.at("to").get<std::size_t>(),
                     each.at("module").get<std::string>(), each.at("up").get<bool>(),
                     each.at("advanced").get<bool>(),      each.at("lossy").get<std::vector<std::string>>()};
      if (way.from >= task.libraries.size() || way.to >= task.libraries.size()) {
        return error{"bad_json", "a way names a library that is not there"};
      }
      task.ways.push_back(std::move(way));
    }
    task.memory_bytes = whole.at("memory_bytes").get<std::uint64_t>();
    return task;
  } catch (const json::exception& failure) {
    return error{"bad_json", std::string("the canary's task: ") + failure.what()};
  }
}

void add_record(std::string& records, std::uint32_t way, std::string_view state) {
  const record_head head{state.size(), way, 0};
  records.append(reinterpret_cast<const char*>(&head), sizeof head);
  records.append(state);
}

outcome<canary_record> take_record(std::string_view& records) {
  record_head head;
  if (records.size() < sizeof head) return error{"truncated", "a record's head is cut short"};
  std::memcpy(&head, records.data(), sizeof head);
  records.remove_prefix(sizeof head);
  if (head.size > records.size()) return error{"truncated", "a record claims more bytes than there are"};
  const canary_record record{head.way, records.substr(0, head.size)};
  records.remove_prefix(head.size);
  return record;
}

}  // namespace patchbay::release
