#include "modules.hpp"

#include <patchbay/co.hpp>
#include <patchbay/supervisor.hpp>

namespace tested {
using namespace std::chrono_literals;

struct ticker {
  using casts = patchbay::messages<arm, tick>;
  using infos = patchbay::messages<tick>;
  using calls = patchbay::messages<ticks>;
  struct state {
    std::vector<std::string> seen;
    void serialize(auto& ar) { ar(PATCHBAY_FIELD(seen)); }
  };
  static state init() { return {}; }
  static patchbay::cast_result handle_cast(const arm&, state&) {
    patchbay::send_after<tick>(patchbay::self(), 30s, "third");
    patchbay::send_after<tick>(patchbay::self(), 10s, "first");
    patchbay::send_after<tick>(patchbay::self(), 20s, "second");
    return patchbay::noreply(40s);
  }
  static void handle_cast(const tick& m, state& s) { s.seen.push_back(m.name); }
  static patchbay::cast_result handle_info(const tick& m, state& s) {
    s.seen.push_back(m.name);
    return patchbay::noreply(7s);
  }
  static void handle_info(const patchbay::timeout&, state& s) { s.seen.push_back("idle"); }
  static std::vector<std::string> handle_call(const ticks&, patchbay::from, const state& s) { return s.seen; }
};
PATCHBAY_GEN_SERVER(ticker, 1);

}  // namespace tested

namespace tested_waits {

struct waiter {
  using calls = patchbay::messages<ask, ask_later>;
  using casts = patchbay::messages<crash>;
  struct state {
    std::int64_t served = 0;
    void serialize(auto& ar) { ar(PATCHBAY_FIELD(served)); }
  };
  static state init() { return {}; }
  static std::int64_t handle_call(const ask& m, patchbay::from, state& s) {
    ++s.served;
    if (m.path.empty()) return 1;
    const auto to = patchbay::with_timeout(
        m.path.front(), m.timeout_ms == 0 ? patchbay::infinity : std::chrono::milliseconds(m.timeout_ms));
    const std::vector<std::string> rest(m.path.begin() + 1, m.path.end());
    return 1 + patchbay::call<ask>(to, rest, m.timeout_ms);
  }
  static patchbay::task<std::int64_t> handle_call(const ask_later& m, patchbay::from, state& s) {
    ++s.served;
    co_await patchbay::co::sleep(std::chrono::milliseconds(m.after_ms));
    if (m.path.empty()) co_return 1;
    const std::vector<std::string> rest(m.path.begin() + 1, m.path.end());
    co_return 1 + co_await patchbay::co::call<ask_later>(m.path.front(), rest, m.after_ms);
  }
  static void handle_cast(const crash&, state&) { throw std::runtime_error("as asked"); }
};
PATCHBAY_GEN_SERVER(waiter, 1);

struct waiter_sup {
  static patchbay::sup_spec init(const patchbay::args&) {
    return {.children = {{.id = "a", .module = "waiter", .name = "a"}, {.id = "b", .module = "waiter", .name = "b"}}};
  }
};
PATCHBAY_SUPERVISOR(waiter_sup);

}  // namespace tested_waits
