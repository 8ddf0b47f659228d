#include <patchbay/supervisor.hpp>

struct extra_sup {
  static patchbay::sup_spec init() { return {}; }
};
PATCHBAY_SUPERVISOR(extra_sup)
