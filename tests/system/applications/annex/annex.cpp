// Included by depot: its tree is started by depot's, its phases with depot's.
#include <patchbay/application.hpp>
#include <patchbay/log.hpp>
#include <patchbay/supervisor.hpp>

struct annex_app {
  static patchbay::application::top start(const patchbay::args&) { return {.module = "annex_sup"}; }
  static void start_phase(std::string_view phase, const patchbay::args& a) {
    patchbay::log::info("annex: phase {} {}", phase, a.json());
  }
};
PATCHBAY_APPLICATION(annex_app)

struct annex_sup {
  static patchbay::sup_spec init() { return {}; }
};
PATCHBAY_SUPERVISOR(annex_sup)
