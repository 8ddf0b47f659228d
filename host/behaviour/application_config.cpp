// A new release's descriptions and envs.
#include "behaviour/application_callbacks.hpp"
#include "behaviour/application_controller.hpp"

namespace patchbay::behaviour {

void application_controller::config_change(const std::vector<application>& release, const environment::table& before) {
  for (const auto& next : release) {
    entry* which = nullptr;
    {
      guard lock(mutex_);
      const auto found = settled(lock, next.name, {});
      if (!found) return;  // the host stops
      which = *found;
      if (which == nullptr) continue;
      const application_type type = which->what.type;
      which->what = next;
      which->what.type = type;
      if (which->now == stage::loaded) continue;
      own(*which, stage::changing);
    }
    const auto old = before.find(next.name);
    const auto told = difference(*environment_.all(next.name, old == before.end() ? nullptr : old->second),
                                 *environment_.all(next.name));
    const application_callbacks module(options_.find_module, told.empty() ? std::string() : next.mod_module, next.name);
    if (module.is_application()) {
      if (auto done = module.config_change(told); !done)
        system_.log(PB_LOG_ERROR, "application " + next.name + ": config_change: " + done.failure().text);
    }
    const guard lock(mutex_);
    settle(*which, stage::running);
  }
}

}  // namespace patchbay::behaviour
