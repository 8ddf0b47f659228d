#include "code/attach.hpp"

#include "code/entry/run_entry.hpp"
#include "port/memory.hpp"

namespace patchbay::code {
namespace {

/// The kernel's own name for the file, which on stacked file systems is not what stat says.
port::file_id mapped_file(const port::address_range& range) {
  const auto mappings = port::read_mappings();
  if (!mappings) return {};
  for (const auto& each : *mappings) {
    if (each.file.inode != 0 && each.range.overlaps(range)) return each.file;
  }
  return {};
}

}  // namespace

void adopt_types(const pb_plugin& table, message::type_registry& types) {
  const std::string_view toolchain(table.toolchain.data, table.toolchain.size);
  const auto adopt = [&](pb_type* type) {
    if (type != nullptr) types.adopt(*type, toolchain);
  };
  for (std::uint32_t m = 0; m < table.module_count; ++m) {
    const pb_module& module = *table.modules[m];
    adopt(module.state);
    adopt(module.status);
    for (std::size_t i = 0; i < module.message_count; ++i) {
      adopt(module.messages[i]->type);
      adopt(module.messages[i]->reply);
    }
    for (std::size_t i = 0; i < module.import_count; ++i) {
      adopt(module.imports[i]->type);
      adopt(module.imports[i]->reply);
    }
    for (std::size_t i = 0; i < module.migration_count; ++i) adopt(module.migrations[i]->old_state);
  }
}

outcome<void> enter(generation& target, const pb_host& host) {
  auto library = port::dylib::open(target.copy);
  if (!library) return library.failure();
  target.library = std::move(library.value());
  target.mapped_file = mapped_file(target.library.range());
  const auto table = run_entry(target.library, host, target.source.string());
  if (!table) return table.failure();
  target.table = *table;
  return {};
}

void take_in(generation& target, message::type_registry& types) {
  adopt_types(*target.table, types);
  for (std::uint32_t m = 0; m < target.table->module_count; ++m) {
    target.modules.push_back(
        std::make_unique<process::module>(*target.table->modules[m], target.application, target.version, target.group));
  }
}

outcome<void> attach(generation& target, message::type_registry& types, const pb_host& host) {
  if (auto entered = enter(target, host); !entered) return entered;
  const auto facts = facts_of(*target.table, target.build_id);
  if (!facts) return facts.failure();
  if (const auto difference = first_difference(target.facts, *facts); !difference.empty()) {
    return error{"facts_differ", target.source.string() + ": its table differs from its facts file: " + difference +
                                     "; take both from one build"};
  }
  take_in(target, types);
  return {};
}

detachment detach(generation& old) {
  detachment result;
  old.modules.clear();
  old.table = nullptr;
  if (old.library.is_open()) {
    if (auto closed = old.library.close(); !closed) result.remains.push_back("dlclose: " + closed.failure().text);
  }
  const auto look = [&](bool there, const std::string& place) {
    (there ? result.remains : result.proof).push_back(place + (there ? ": still there" : ": gone"));
  };
  const std::string file = old.copy.filename().string();
  look(port::in_loader_list(old.copy), "the loader's list of objects, " + file);
  look(port::still_loaded(old.copy), "RTLD_NOLOAD of " + file);
  const auto mappings = port::read_mappings();
  if (!mappings) {
    result.remains.push_back("mappings: " + mappings.failure().text);
    return result;
  }
  bool mapped = old.mapped_file.inode == 0;  // without its name there is no proof
  for (const auto& each : *mappings) mapped = mapped || each.file == old.mapped_file;
  look(mapped, "mappings of inode " + std::to_string(old.mapped_file.inode));
  return result;
}

}  // namespace patchbay::code
