// One of many.
#include <chrono>
#include <cstdint>

#include <patchbay/gen_server.hpp>

#include "swarm/messages.hpp"

namespace {

using namespace swarm::member_messages;

struct member {
  using calls = patchbay::messages<bump, value>;
  using casts = patchbay::messages<work>;
  struct state {
    std::int64_t n = 0;
    void serialize(auto& ar) { ar(PATCHBAY_FIELD(n)); }
  };
  static state init(const patchbay::args& a) { return {a.get<std::int64_t>("n")}; }
  static std::int64_t handle_call(const bump&, patchbay::from, state& s) { return ++s.n; }
  static std::int64_t handle_call(const value&, patchbay::from, const state& s) { return s.n; }
  static void handle_cast(const work& m, const state&) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(m.ms);
    while (std::chrono::steady_clock::now() < until) {
    }
  }
};

}  // namespace
PATCHBAY_GEN_SERVER(member, 1);
