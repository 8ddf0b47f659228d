// The stash first: the sequence server fetches its number from it.
#include <patchbay/supervisor.hpp>

namespace {

struct sequence_sup {
  static patchbay::sup_spec init(const patchbay::args& a) {
    return {.strategy = patchbay::one_for_one,
            .children = {{.id = "stash", .module = "stash_server", .name = "stash", .args = a},
                         {.id = "sequence", .module = "sequence_server", .name = "sequence"}}};
  }
};

}  // namespace
PATCHBAY_SUPERVISOR(sequence_sup);
