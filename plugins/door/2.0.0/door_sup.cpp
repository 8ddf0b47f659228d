#include <patchbay/supervisor.hpp>

struct door_sup {
  static patchbay::sup_spec init(const patchbay::args& a) {
    return {.children = {{.id = "code_lock", .module = "code_lock", .name = "code_lock", .args = a}}};
  }
};
PATCHBAY_SUPERVISOR(door_sup);
