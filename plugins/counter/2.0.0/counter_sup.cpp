#include <patchbay/supervisor.hpp>

// README: supervisor
struct counter_sup {
  static patchbay::sup_spec init(const patchbay::args& a) {
    return {.children = {{.id = "counter", .module = "counter", .name = "counter", .args = a}}};
  }
};
PATCHBAY_SUPERVISOR(counter_sup);
// README end
