#include "behaviour/host_modules.hpp"

#include <patchbay/version.hpp>

#include "message/envelope.hpp"

namespace patchbay::behaviour {

host_modules::host_modules() {
  group_.label = "host";
  add("gen_event", event_manager_behaviour);
}

void host_modules::add(std::string_view name, std::uint32_t behaviour) {
  auto made = std::make_unique<entry>();
  made->name = name;
  made->table.struct_size = sizeof(pb_module);
  made->table.behaviour = behaviour;
  made->table.name = message::str(made->name);
  made->module =
      std::make_unique<process::module>(made->table, std::string(application), std::string(host_version), group_);
  entries_.push_back(std::move(made));
}

const process::module* host_modules::hold(std::string_view name, std::string_view of) {
  if (name.starts_with(application) && name.substr(application.size(), 1) == "/") {
    name.remove_prefix(application.size() + 1);
  } else if (of != application) {
    return nullptr;
  }
  for (const auto& each : entries_) {
    if (each->name != name) continue;
    group_.need();
    return each->module.get();
  }
  return nullptr;
}

}  // namespace patchbay::behaviour
