// The same, with names: both states change their shape.
#include <chrono>
#include <cstdint>
#include <string>

#include <patchbay/co.hpp>
#include <patchbay/gen_server.hpp>
#include <patchbay/supervisor.hpp>

#include "wander/messages.hpp"

namespace {

using namespace wander;
using wander::ground_messages::step;

struct walker {
  using calls = patchbay::messages<walk>;
  using imports = patchbay::messages<step>;
  struct state_v1 {
    std::int64_t walks = 0;
    void serialize(auto& ar) { ar(PATCHBAY_FIELD(walks)); }
  };
  struct state {
    std::string mood = "fresh";
    std::int64_t walks = 0;
    void serialize(auto& ar) { ar(PATCHBAY_FIELD(mood), PATCHBAY_FIELD(walks)); }
  };
  static state code_change(patchbay::upgrade<1>, const state_v1& old) { return {"fresh", old.walks}; }
  static state_v1 code_change(patchbay::downgrade<1>, const state& now) { return {now.walks}; }
  static state init(const patchbay::args&) { return {}; }
  static patchbay::task<std::int64_t> handle_call(const walk& m, patchbay::from, state& s) {
    for (std::int64_t left = m.steps; left > 0; --left) {
      co_await patchbay::co::call<step>("ground");
      co_await patchbay::co::sleep(std::chrono::milliseconds(1));
    }
    co_return ++s.walks;
  }
};

struct ground {
  using calls = patchbay::messages<step>;
  struct state_v1 {
    std::int64_t steps = 0;
    void serialize(auto& ar) { ar(PATCHBAY_FIELD(steps)); }
  };
  struct state {
    std::string kind = "grass";
    std::int64_t steps = 0;
    void serialize(auto& ar) { ar(PATCHBAY_FIELD(kind), PATCHBAY_FIELD(steps)); }
  };
  static state code_change(patchbay::upgrade<1>, const state_v1& old) { return {"grass", old.steps}; }
  static state_v1 code_change(patchbay::downgrade<1>, const state& now) { return {now.steps}; }
  static state init(const patchbay::args&) { return {}; }
  static std::int64_t handle_call(const step&, patchbay::from, state& s) { return ++s.steps; }
};

struct wander_sup {
  static patchbay::sup_spec init(const patchbay::args&) {
    patchbay::sup_spec all{.children = {{.id = "ground", .module = "ground", .name = "ground"}}};
    for (int i = 0; i < 6; ++i) {
      const std::string name = "walker_" + std::to_string(i);
      all.children.push_back({.id = name, .module = "walker", .name = name});
    }
    return all;
  }
};

}  // namespace
PATCHBAY_GEN_SERVER(walker, 2);
PATCHBAY_GEN_SERVER(ground, 2);
PATCHBAY_SUPERVISOR(wander_sup);
