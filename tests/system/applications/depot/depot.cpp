// Version 2's state has one more field; its code_change fails where the depot was told so.
#include <stdexcept>

#include <patchbay/application.hpp>
#include <patchbay/gen_server.hpp>
#include <patchbay/supervisor.hpp>

namespace depots {
PATCHBAY_MESSAGES_OF("depot", "depot");
/// The env's value, or `undefined`.
struct env {
  using reply = std::string;
  std::string key;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(key)); }
};
/// The next code_change fails.
struct spoil {
  using reply = bool;
  void serialize(auto&) {}
};
/// Ends the whole tree: with this reason.
struct burn {
  std::string why;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(why)); }
};
/// application:ensure_all_started, from inside.
struct ensure {
  using reply = std::string;
  std::string application;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(application)); }
};
/// What code_change was given, and what its continue saw.
struct seen {
  using reply = std::string;
  void serialize(auto&) {}
};
struct look {
  void serialize(auto&) {}
};
}  // namespace depots
using namespace depots;

struct depot_state_1 {
  bool spoilt = false;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(spoilt)); }
};
struct depot_state_2 {
  bool spoilt = false;
  std::string config;
  std::string seen;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(spoilt), PATCHBAY_FIELD(config), PATCHBAY_FIELD(seen)); }
};

struct depot {
  using calls = patchbay::messages<env, spoil, ensure, seen>;
  using casts = patchbay::messages<burn>;
#if DEPOT_NUMBER == 1
  using state = depot_state_1;
  static std::string handle_call(const seen&, patchbay::from, const state&) { return {}; }
#else
  using continues = patchbay::messages<look>;
  using state = depot_state_2;
  using state_v1 = depot_state_1;
  static patchbay::ok_answer<state> code_change(patchbay::upgrade<1>, const state_v1& old,
                                                const patchbay::args& config) {
    if (old.spoilt) throw std::runtime_error("spoilt");
    return patchbay::ok(state{old.spoilt, config.get<std::string>("from_release", ""), ""}, patchbay::then(look{}));
  }
  static state_v1 code_change(patchbay::downgrade<1>, const state& now) { return {now.spoilt}; }
  static void handle_continue(const look&, state& s) {
    s.seen = patchbay::application::get_env<std::string>("from_release").value_or("undefined");
  }
  static std::string handle_call(const seen&, patchbay::from, const state& s) { return s.config + ", " + s.seen; }
#endif
  static state init() { return {}; }
  static std::string handle_call(const env& m, patchbay::from, const state&) {
    return patchbay::application::get_env<std::string>(m.key).value_or("undefined");
  }
  static bool handle_call(const spoil&, patchbay::from, state& s) { return s.spoilt = true; }
  static std::string handle_call(const ensure& m, patchbay::from, const state&) {
    std::string all;
    for (const auto& each : patchbay::application::ensure_all_started(m.application)) all += each + " ";
    return all;
  }
  static patchbay::stop_answer handle_cast(const burn& m, state&) {
    return patchbay::stop(patchbay::exit_reason(m.why));
  }
};
PATCHBAY_GEN_SERVER(depot, DEPOT_NUMBER)

struct depot_sup {
  static patchbay::sup_spec init(const patchbay::args& a) {
    return {.intensity = 0,
            .children = {{.id = "depot", .module = "depot", .name = "depot", .args = a},
                         {.id = "annex", .module = "annex/annex_sup", .type = patchbay::child_type::supervisor}}};
  }
};
PATCHBAY_SUPERVISOR(depot_sup)
