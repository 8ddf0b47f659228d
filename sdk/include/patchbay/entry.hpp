#pragma once
// The plugin's one exported symbol. patchbay_add_plugin() generates the file that uses this; authors need not include it.
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <patchbay/abi.h>
#include <patchbay/table/guard.hpp>
#include <patchbay/table/host_table.hpp>
#include <patchbay/table/texts.hpp>
#include <patchbay/toolchain.hpp>

namespace patchbay {

/// What PATCHBAY_GEN_SERVER and PATCHBAY_SUPERVISOR define: builds a module's table. Throws where the module contradicts itself.
using module_factory = const pb_module*(std::string_view application);

namespace detail {

struct plugin_table {
  pb_plugin table{};
  std::vector<const pb_module*> modules;
};
inline plugin_table plugin;

/// What a host needs to run a module.
inline std::uint64_t capability_of(const pb_module& module) noexcept {
  switch (module.behaviour) {
    case PB_BEHAVIOUR_SUPERVISOR:
      return PB_CAP_SUPERVISOR;
    case PB_BEHAVIOUR_GEN_STATEM:
      return PB_CAP_GEN_STATEM;
    case PB_BEHAVIOUR_GEN_EVENT:
      return PB_CAP_GEN_EVENT;
    default:
      return PB_CAP_GEN_SERVER;
  }
}

/// Errors: those of the factories, and a host of another ABI.
inline const pb_plugin* enter(const pb_host* offered, const pb_sink* error, std::string_view application,
                              std::string_view version, std::initializer_list<module_factory*> factories) noexcept {
  const pb_plugin* result = nullptr;
  guarded(error, PB_E_EXCEPTION, [&] {
    if (offered == nullptr) throw std::logic_error("the entry was called without a host");
    if (offered->abi_major != PB_ABI_MAJOR || offered->struct_size < sizeof(pb_host)) {
      throw std::logic_error(std::string(application) + ' ' + std::string(version) + " is built for ABI " +
                             std::to_string(PB_ABI_MAJOR) + '.' + std::to_string(PB_ABI_MINOR) + ", the host offers " +
                             std::to_string(offered->abi_major) + '.' + std::to_string(offered->abi_minor) +
                             "; build the plugin with that host's SDK");
    }
    host_table = offered;
    auto& table = plugin.table;
    plugin.modules.clear();
    table = {};
    for (module_factory* factory : factories) {
      const pb_module* module = factory(application);
      plugin.modules.push_back(module);
      table.capabilities_required |= capability_of(*module);
    }
    table.struct_size = sizeof(pb_plugin);
    table.abi_major = PB_ABI_MAJOR;
    table.abi_minor = PB_ABI_MINOR;
    table.module_count = static_cast<std::uint32_t>(plugin.modules.size());
    table.capabilities_offered = table.capabilities_required;
    table.application = to_str(application);
    table.version = to_str(version);
    table.toolchain = to_str(PATCHBAY_TOOLCHAIN);
    table.modules = plugin.modules.data();
    result = &table;
    return PB_OK;
  });
  return result;
}

}  // namespace detail
}  // namespace patchbay

/// Defines the entry and the ELF note. `application` and `version` are string literals.
#define PATCHBAY_PLUGIN_ENTRY(application, version, ...)                                             \
  PATCHBAY_NOTE(application, version)                                                                \
  extern "C" PB_EXPORT const pb_plugin* patchbay_plugin(const pb_host* host, const pb_sink* error) { \
    return ::patchbay::detail::enter(host, error, application, version, {__VA_ARGS__});              \
  }
