#include <patchbay/gen_server.hpp>

#include "counter/messages.hpp"

using namespace counting;

// README: counter
struct counter {
  using calls = patchbay::messages<inc, dec, val>;
  struct state {
    std::int64_t total = 0;
    void serialize(auto& ar) { ar(PATCHBAY_FIELD(total)); }
  };
  static state init(const patchbay::args& a) { return {a.get<std::int64_t>("start_at", 0)}; }
  static std::int64_t handle_call(const inc&, patchbay::from, state& s) { return ++s.total; }
  static std::int64_t handle_call(const dec&, patchbay::from, state& s) { return --s.total; }
  static std::int64_t handle_call(const val&, patchbay::from, const state& s) { return s.total; }
};
PATCHBAY_GEN_SERVER(counter, 1);
// README end
