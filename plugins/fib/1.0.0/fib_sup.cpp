#include <patchbay/supervisor.hpp>

namespace {

struct fib_sup {
  static patchbay::sup_spec init(const patchbay::args&) {
    return {.children = {{.id = "fib", .module = "fib_scheduler", .name = "fib"}}};
  }
};

}  // namespace
PATCHBAY_SUPERVISOR(fib_sup);
