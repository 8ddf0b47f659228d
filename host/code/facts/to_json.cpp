#include <nlohmann/json.hpp>

#include "code/facts/facts.hpp"
#include "code/facts/words.hpp"

namespace patchbay::code {
namespace {

using json = nlohmann::ordered_json;

json of(const type_facts& type) {
  if (type.name.empty()) return nullptr;
  return {{"name", type.name},
          {"version", type.version},
          {"flags", type.flags},
          {"schema", type.schema},
          {"layout", type.layout}};
}

json of(const std::vector<message_facts>& messages) {
  json out = json::array();
  for (const auto& each : messages)
    out.push_back({{"kind", kind_word(each.kind)}, {"type", of(each.type)}, {"reply", of(each.reply)}});
  return out;
}

json of(const std::vector<migration_facts>& migrations) {
  json out = json::array();
  for (const auto& each : migrations)
    out.push_back({{"version", each.version}, {"old_state", of(each.old_state)}, {"up", each.up}, {"down", each.down}});
  return out;
}

json of(const std::vector<module_facts>& modules) {
  json out = json::array();
  for (const auto& each : modules)
    out.push_back({{"name", each.name},
                   {"behaviour", behaviour_word(each.behaviour)},
                   {"state", of(each.state)},
                   {"status", of(each.status)},
                   {"messages", of(each.messages)},
                   {"imports", of(each.imports)},
                   {"migrations", of(each.migrations)}});
  return out;
}

}  // namespace

std::string to_json(const plugin_facts& facts) {
  const json out = {{"facts", 1},
                    {"application", facts.application},
                    {"version", facts.version},
                    {"abi_major", facts.abi_major},
                    {"abi_minor", facts.abi_minor},
                    {"capabilities_required", facts.capabilities_required},
                    {"toolchain", facts.toolchain},
                    {"build_id", facts.build_id},
                    {"sha256", facts.sha256},
                    {"modules", of(facts.modules)}};
  return out.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

}  // namespace patchbay::code
