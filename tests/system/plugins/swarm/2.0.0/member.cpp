// One of many, whose state has doubled: `twice` is always 2 n.
#include <chrono>
#include <cstdint>

#include <patchbay/gen_server.hpp>

#include "swarm/messages.hpp"

namespace {

using namespace swarm::member_messages;

// A rehearsal draws any number: twice the largest wraps round.
std::int64_t doubled(std::int64_t n) { return static_cast<std::int64_t>(2 * static_cast<std::uint64_t>(n)); }

struct member {
  using calls = patchbay::messages<bump, value>;
  using casts = patchbay::messages<work>;
  struct state_v1 {
    std::int64_t n = 0;
    void serialize(auto& ar) { ar(PATCHBAY_FIELD(n)); }
  };
  struct state {
    std::int64_t n = 0;
    std::int64_t twice = 0;
    void serialize(auto& ar) { ar(PATCHBAY_FIELD(n), PATCHBAY_FIELD(twice)); }
  };
  static state code_change(patchbay::upgrade<1>, const state_v1& old) { return {old.n, doubled(old.n)}; }
  static state_v1 code_change(patchbay::downgrade<1>, const state& now) { return {now.n}; }

  static state init(const patchbay::args& a) {
    const auto n = a.get<std::int64_t>("n");
    return {n, doubled(n)};
  }
  static std::int64_t handle_call(const bump&, patchbay::from, state& s) {
    s.twice += 2;
    return ++s.n;
  }
  static std::int64_t handle_call(const value&, patchbay::from, const state& s) {
    return s.twice == 2 * s.n ? s.n : -1;
  }
  static void handle_cast(const work& m, const state&) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(m.ms);
    while (std::chrono::steady_clock::now() < until) {
    }
  }
};

}  // namespace
PATCHBAY_GEN_SERVER(member, 2);
