// Hands out numbers: each call of next_number answers one more than the call before.
#include <cstdint>
#include <utility>
#include <vector>

#include <patchbay/gen_server.hpp>

#include "sequence/arithmetic.hpp"
#include "sequence/messages.hpp"
#include "sequence/stash_messages.hpp"

namespace {

using namespace sequence;

struct sequence_server {
  using calls = patchbay::messages<next_number, set_number, factors>;
  using casts = patchbay::messages<increment_number>;
  using imports = patchbay::messages<stash::fetch_number, stash::stash_number>;
  struct state {
    std::int64_t number = 0;
    void serialize(auto& ar) { ar(PATCHBAY_FIELD(number)); }
  };

  static state init(const patchbay::args&) { return {patchbay::call("stash", stash::fetch_number{})}; }

  static std::int64_t handle_call(const next_number&, patchbay::from, state& s) {
    return std::exchange(s.number, checked_sum(s.number, 1));
  }
  static std::int64_t handle_call(const set_number& m, patchbay::from, state& s) {
    return std::exchange(s.number, m.n);
  }
  static std::vector<std::int64_t> handle_call(const factors&, patchbay::from, const state& s) {
    return prime_factors(s.number);
  }
  static void handle_cast(const increment_number& m, state& s) { s.number = checked_sum(s.number, m.delta); }

  // The number as the handler left it: an exception came before any change.
  static void terminate(const patchbay::exit_reason&, const state& s) {
    patchbay::cast("stash", stash::stash_number{s.number});
  }
};

}  // namespace
PATCHBAY_GEN_SERVER(sequence_server, 1);
