// Says in the log what it is told.
#include <patchbay/application.hpp>
#include <patchbay/log.hpp>

using patchbay::args;

struct depot_app {
  static patchbay::application::top start(const args& env) {
    patchbay::log::info("depot: start by {}", env.get<std::string>("opened_by"));
    return {.module = "depot_sup", .args = env, .state = {{"opened", true}}};
  }
  static void start_phase(std::string_view phase, const args& a) {
    patchbay::log::info("depot: phase {} {}", phase, a.json());
  }
  static void prep_stop() { patchbay::log::info("depot: prep_stop"); }
  static void stop(const args& state) { patchbay::log::info("depot: stop {}", state.json()); }
  static void config_change(const args& changed, const args& added, const args& removed) {
    patchbay::log::info("depot {}: config_change {} {} {}", DEPOT_VERSION, changed.json(), added.json(),
                        removed.json());
  }
};
PATCHBAY_APPLICATION(depot_app)
