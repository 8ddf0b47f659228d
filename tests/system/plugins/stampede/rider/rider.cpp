// Calls the swarm without cease, as any server calls another.
#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include <patchbay/gen_server.hpp>
#include <patchbay/supervisor.hpp>

#include "messages.hpp"
#include "swarm/messages.hpp"

namespace {

using clock_type = std::chrono::steady_clock;
using swarm::first_members;
using swarm::member_messages::bump;

/// Gaps in steps of 20 ns up to 200 us; all above are one.
struct gaps {
  static constexpr std::int64_t step_ns = 20;
  static constexpr std::size_t steps = 10'000;

  void add(std::int64_t ns) {
    if (counts.empty()) counts.resize(steps + 1);
    ++counts[std::min<std::size_t>(static_cast<std::size_t>(ns / step_ns), steps)];
    longest_ns = std::max(longest_ns, ns);
    ++calls;
  }
  [[nodiscard]] std::int64_t p99_ns() const {
    std::int64_t seen = 0;
    for (std::size_t i = 0; i < counts.size(); ++i) {
      seen += counts[i];
      if (seen * 100 >= calls * 99) return static_cast<std::int64_t>(i + 1) * step_ns;
    }
    return 0;
  }
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(counts), PATCHBAY_FIELD(longest_ns), PATCHBAY_FIELD(calls)); }

  std::vector<std::int64_t> counts;
  std::int64_t longest_ns = 0;
  std::int64_t calls = 0;
};

struct on {
  void serialize(auto&) {}
};

std::int64_t now_ns() { return std::chrono::nanoseconds(clock_type::now().time_since_epoch()).count(); }

struct rider {
  using calls = patchbay::messages<rides::ride, rides::look>;
  using casts = patchbay::messages<on>;
  using imports = patchbay::messages<first_members, bump>;
  struct state {
    std::vector<patchbay::pid> members;
    std::int64_t next = 0;
    std::int64_t last_ns = 0;
    gaps seen;
    void serialize(auto& ar) {
      ar(PATCHBAY_FIELD(members), PATCHBAY_FIELD(next), PATCHBAY_FIELD(last_ns), PATCHBAY_FIELD(seen));
    }
  };
  static state init(const patchbay::args&) { return {}; }

  static std::int64_t handle_call(const rides::ride& m, patchbay::from, state& s) {
    s.members = patchbay::call("swarm", first_members{m.members});
    s.last_ns = now_ns();
    patchbay::cast(patchbay::self(), on{});
    return static_cast<std::int64_t>(s.members.size());
  }
  static rides::sight handle_call(const rides::look&, patchbay::from, state& s) {
    const gaps seen = std::exchange(s.seen, {});
    return {seen.calls, seen.longest_ns, seen.p99_ns()};
  }
  static void handle_cast(const on&, state& s) {
    for (int i = 0; i < 1024; ++i) {
      patchbay::call(s.members[static_cast<std::size_t>(s.next)], bump{});
      const auto now = now_ns();
      s.seen.add(now - s.last_ns);
      s.last_ns = now;
      s.next = s.next + 1 == static_cast<std::int64_t>(s.members.size()) ? 0 : s.next + 1;
    }
    patchbay::cast(patchbay::self(), on{});
  }
};

struct rider_sup {
  static patchbay::sup_spec init(const patchbay::args&) {
    return {.children = {{.id = "rider", .module = "rider", .name = "rider"}}};
  }
};

}  // namespace
PATCHBAY_GEN_SERVER(rider, 1);
PATCHBAY_SUPERVISOR(rider_sup);
