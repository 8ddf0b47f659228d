// A release that cannot be installed: its code_change throws, whatever the state. It exists to show what a host does with
// such a release; see sequence 2.0.0 for the one that works.
#include <cstdint>
#include <limits>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <patchbay/gen_server.hpp>

#include "sequence/arithmetic.hpp"
#include "sequence/messages.hpp"
#include "sequence/stash_messages.hpp"

namespace {

using namespace sequence;

struct sequence_server {
  using calls = patchbay::messages<next_number, set_number, factors, set_delta>;
  using casts = patchbay::messages<increment_number>;
  using imports = patchbay::messages<stash::fetch_number, stash::stash_number>;
  struct state {
    std::int64_t number = 0;
    std::int64_t delta = 1;
    std::int64_t limit = std::numeric_limits<std::int64_t>::max();
    void serialize(auto& ar) { ar(PATCHBAY_FIELD(number), PATCHBAY_FIELD(delta), PATCHBAY_FIELD(limit)); }
  };
  /// As 1.0.0 had it, and as 2.0.0 has it.
  struct state_v1 {
    std::int64_t number = 0;
    void serialize(auto& ar) { ar(PATCHBAY_FIELD(number)); }
  };
  struct state_v2 {
    std::int64_t number = 0;
    std::int64_t delta = 1;
    void serialize(auto& ar) { ar(PATCHBAY_FIELD(number), PATCHBAY_FIELD(delta)); }
  };
  static state code_change(patchbay::upgrade<1>, const state_v1& old) { return refuse(old.number); }
  static state code_change(patchbay::upgrade<2>, const state_v2& old) { return refuse(old.number); }
  static state_v1 code_change(patchbay::downgrade<1>, const state& now) { return {now.number}; }
  static state_v2 code_change(patchbay::downgrade<2>, const state& now) { return {now.number, now.delta}; }
  static state refuse(std::int64_t number) {
    throw std::runtime_error("cannot carry the number " + std::to_string(number) + " over: 2.1.0 exists to be refused");
  }

  static state init(const patchbay::args&) { return {patchbay::call("stash", stash::fetch_number{})}; }

  static std::int64_t handle_call(const next_number&, patchbay::from, state& s) {
    return std::exchange(s.number, checked_sum(s.number, s.delta));
  }
  static std::int64_t handle_call(const set_number& m, patchbay::from, state& s) {
    return std::exchange(s.number, m.n);
  }
  static std::vector<std::int64_t> handle_call(const factors&, patchbay::from, const state& s) {
    return prime_factors(s.number);
  }
  static std::int64_t handle_call(const set_delta& m, patchbay::from, state& s) {
    if (m.delta < 1) throw std::invalid_argument("a delta is at least 1");
    return std::exchange(s.delta, m.delta);
  }
  static void handle_cast(const increment_number& m, state& s) { s.number = checked_sum(s.number, m.delta); }

  // The number as the handler left it: an exception came before any change.
  static void terminate(const patchbay::exit_reason&, const state& s) {
    patchbay::cast("stash", stash::stash_number{s.number});
  }
};

}  // namespace
PATCHBAY_GEN_SERVER(sequence_server, 3);
