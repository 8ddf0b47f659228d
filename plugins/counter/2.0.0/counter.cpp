#include <algorithm>

#include <patchbay/gen_server.hpp>

#include "counter/messages.hpp"

using namespace counting;

struct counter {
  using calls = patchbay::messages<inc, dec, val>;
  // README: migration
  struct state_v1 {  // as 1.0.0 has it
    std::int64_t total = 0;
    void serialize(auto& ar) { ar(PATCHBAY_FIELD(total)); }
  };
  struct state {
    std::int64_t total = 0;
    std::int64_t largest = 0;
    void serialize(auto& ar) { ar(PATCHBAY_FIELD(total), PATCHBAY_FIELD(largest)); }
  };
  static state code_change(patchbay::upgrade<1>, const state_v1& old) { return {old.total, old.total}; }
  static state_v1 code_change(patchbay::downgrade<1>, const state& now) { return {now.total}; }
  // README end

  static state init(const patchbay::args& a) {
    const auto start = a.get<std::int64_t>("start_at", 0);
    return {start, start};
  }
  static std::int64_t handle_call(const inc&, patchbay::from, state& s) {
    s.largest = std::max(s.largest, ++s.total);
    return s.total;
  }
  static std::int64_t handle_call(const dec&, patchbay::from, state& s) { return --s.total; }
  static std::int64_t handle_call(const val&, patchbay::from, const state& s) { return s.total; }
};
PATCHBAY_GEN_SERVER(counter, 2);
