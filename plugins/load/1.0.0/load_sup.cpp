#include <patchbay/supervisor.hpp>

namespace {

struct load_sup {
  static patchbay::sup_spec init(const patchbay::args&) {
    return {.children = {{.id = "load", .module = "load_manager", .name = "load"}}};
  }
};

}  // namespace
PATCHBAY_SUPERVISOR(load_sup);
