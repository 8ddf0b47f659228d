// Keeps the last good number while the sequence server is gone.
#include <cstdint>

#include <patchbay/gen_server.hpp>

#include "sequence/stash_messages.hpp"

namespace {

struct stash_server {
  using calls = patchbay::messages<stash::fetch_number>;
  using casts = patchbay::messages<stash::stash_number>;
  struct state {
    std::int64_t number = 0;
    void serialize(auto& ar) { ar(PATCHBAY_FIELD(number)); }
  };
  static state init(const patchbay::args& a) { return {a.get<std::int64_t>("start_at", 100)}; }
  static std::int64_t handle_call(const stash::fetch_number&, patchbay::from, const state& s) { return s.number; }
  static void handle_cast(const stash::stash_number& m, state& s) { s.number = m.n; }
};

}  // namespace
PATCHBAY_GEN_SERVER(stash_server, 1);
