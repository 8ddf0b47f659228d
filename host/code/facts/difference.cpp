#include <algorithm>

#include "code/facts/facts.hpp"
#include "code/facts/words.hpp"

namespace patchbay::code {
namespace {

// Each function answers the first difference, empty where there is none.
template <class Value>
std::string differ(const std::string& what, const Value& file, const Value& table) {
  if (file == table) return {};
  const auto shown = [](const Value& value) {
    if constexpr (std::is_same_v<Value, std::string>)
      return value.empty() ? std::string("nothing") : value;
    else if constexpr (std::is_same_v<Value, bool>)
      return std::string(value ? "given" : "missing");
    else
      return std::to_string(value);
  };
  return what + " " + shown(file) + " against " + shown(table);
}

std::string differ(const std::string& what, const type_facts& file, const type_facts& table) {
  auto found = differ(what, file.name, table.name);
  if (found.empty()) found = differ(what + " version", file.version, table.version);
  if (found.empty()) found = differ(what + " schema", file.schema, table.schema);
  if (found.empty()) found = differ(what + " layout", file.layout, table.layout);
  if (found.empty()) found = differ(what + " flags", file.flags, table.flags);
  return found;
}

std::string label(const message_facts& of) {
  return std::string(kind_word(of.kind)) + (of.type.name.empty() ? "" : " " + of.type.name);
}
std::string label(const migration_facts& of) { return "migration of version " + std::to_string(of.version); }
std::string label(const module_facts& of) { return "module " + of.name; }

std::string differ(const std::string& what, const message_facts& file, const message_facts& table) {
  const auto found = differ(what, file.type, table.type);
  return found.empty() ? differ(what + " reply", file.reply, table.reply) : found;
}

std::string differ(const std::string& what, const migration_facts& file, const migration_facts& table) {
  auto found = differ(what + " old_state", file.old_state, table.old_state);
  if (found.empty()) found = differ(what + " up", file.up, table.up);
  return found.empty() ? differ(what + " down", file.down, table.down) : found;
}

std::string differ(const std::string& what, const module_facts& file, const module_facts& table);

// What only one side has is told before differences inside, and those before a mere other order.
template <class Facts>
std::string differ_each(const std::string& what, const std::vector<Facts>& file, const std::vector<Facts>& table) {
  const auto find = [](const std::vector<Facts>& in, const Facts& wanted) {
    return std::find_if(in.begin(), in.end(), [&](const Facts& each) { return label(each) == label(wanted); });
  };
  for (const auto& each : file)
    if (find(table, each) == table.end()) return what + label(each) + " is only in the facts file";
  for (const auto& each : table)
    if (find(file, each) == file.end()) return what + label(each) + " is only in the library";
  for (const auto& each : file) {
    auto found = differ(what + label(each), each, *find(table, each));
    if (!found.empty()) return found;
  }
  if (file.size() != table.size()) return what + "entries are doubled on one side";
  return file == table ? std::string() : what + "entries stand in another order";
}

std::string differ(const std::string& what, const module_facts& file, const module_facts& table) {
  auto found = differ(what + ": behaviour", std::string(behaviour_word(file.behaviour)),
                      std::string(behaviour_word(table.behaviour)));
  if (found.empty()) found = differ(what + ": state", file.state, table.state);
  if (found.empty()) found = differ(what + ": status", file.status, table.status);
  if (found.empty()) found = differ_each(what + ": ", file.messages, table.messages);
  if (found.empty()) found = differ_each(what + ": import ", file.imports, table.imports);
  if (found.empty()) found = differ_each(what + ": ", file.migrations, table.migrations);
  return found;
}

}  // namespace

std::string first_difference(const plugin_facts& file, const plugin_facts& table) {
  auto found = differ("application", file.application, table.application);
  if (found.empty()) found = differ("version", file.version, table.version);
  if (found.empty()) found = differ("abi_major", file.abi_major, table.abi_major);
  if (found.empty()) found = differ("abi_minor", file.abi_minor, table.abi_minor);
  if (found.empty()) found = differ("capabilities_required", file.capabilities_required, table.capabilities_required);
  if (found.empty()) found = differ("toolchain", file.toolchain, table.toolchain);
  if (found.empty()) found = differ("build_id", file.build_id, table.build_id);
  if (found.empty()) found = differ_each("", file.modules, table.modules);
  return found;
}

}  // namespace patchbay::code
