// Starts the members and judges them.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <patchbay/gen_server.hpp>
#include <patchbay/supervisor.hpp>

#include "swarm/messages.hpp"

namespace {

using namespace swarm;
using namespace swarm::member_messages;

struct manager {
  using calls = patchbay::messages<spawn, count_right, bump_all, busy, first_members>;
  using imports = patchbay::messages<bump, value, work>;
  struct state {
    std::vector<patchbay::pid> members;
    std::int64_t bumps = 0;
    void serialize(auto& ar) { ar(PATCHBAY_FIELD(members), PATCHBAY_FIELD(bumps)); }
  };
  static state init(const patchbay::args&) { return {}; }

  static std::int64_t handle_call(const spawn& m, patchbay::from, state& s) {
    for (std::int64_t left = m.count; left > 0; --left) {
      const auto n = static_cast<std::int64_t>(s.members.size()) + s.bumps;
      s.members.push_back(patchbay::start_link("member", {.args = {{"n", n}}}));
    }
    return static_cast<std::int64_t>(s.members.size());
  }
  static std::int64_t handle_call(const count_right&, patchbay::from, const state& s) {
    std::int64_t right = 0;
    auto expected = s.bumps;
    for (const auto each : s.members) right += patchbay::call(each, value{}) == expected++ ? 1 : 0;
    return right;
  }
  static std::int64_t handle_call(const bump_all&, patchbay::from, state& s) {
    for (const auto each : s.members) patchbay::call(each, bump{});
    ++s.bumps;
    return static_cast<std::int64_t>(s.members.size());
  }
  static std::vector<patchbay::pid> handle_call(const first_members& m, patchbay::from, const state& s) {
    const auto count = std::min(s.members.size(), static_cast<std::size_t>(m.count));
    return {s.members.begin(), s.members.begin() + static_cast<std::ptrdiff_t>(count)};
  }
  static std::int64_t handle_call(const busy& m, patchbay::from, const state& s) {
    std::int64_t given = 0;
    for (const auto each : s.members) {
      if (given == m.members) break;
      patchbay::cast(each, work{m.ms});
      ++given;
    }
    return given;
  }
};

struct swarm_sup {
  static patchbay::sup_spec init(const patchbay::args&) {
    return {.children = {{.id = "swarm", .module = "manager", .name = "swarm"}}};
  }
};

}  // namespace
PATCHBAY_GEN_SERVER(manager, 1);
PATCHBAY_SUPERVISOR(swarm_sup);
