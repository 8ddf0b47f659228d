// An event manager, a server that publishes to it, and a handler of its own.
#include <patchbay/patchbay.hpp>

#include "bulletin/messages.hpp"

namespace {

using namespace bulletins;

struct bulletin {
  using calls = patchbay::messages<publish, approve, decide>;
  using imports = patchbay::messages<published>;
  struct state {
    std::vector<patchbay::from_of<approve>> waiting;
    void serialize(auto& ar) { ar(PATCHBAY_FIELD(waiting)); }
  };
  static state init() {
    patchbay::gen_event::add_handler("bulletins", "headcount");
    return {};
  }
  static void handle_call(const publish& m, patchbay::from, state&) {
    patchbay::gen_event::sync_notify<published>("bulletins", m.text);
  }
  static patchbay::call_result<std::string> handle_call(const approve&, patchbay::from_of<approve> who, state& s) {
    s.waiting.push_back(who);
    return patchbay::noreply();
  }
  static std::int64_t handle_call(const decide& m, patchbay::from, state& s) {
    const auto answered = static_cast<std::int64_t>(s.waiting.size());
    for (const auto& each : s.waiting) patchbay::reply(each, m.word);
    s.waiting.clear();
    return answered;
  }
};

struct count {
  using reply = std::int64_t;
};
struct headcount {
  using events = patchbay::messages<published>;
  using calls = patchbay::messages<count>;
  struct state {
    std::int64_t seen = 0;
    void serialize(auto& ar) { ar(PATCHBAY_FIELD(seen)); }
  };
  static state init() { return {}; }
  static void handle_event(const published&, state& s) { ++s.seen; }
  static std::int64_t handle_call(const count&, state& s) { return s.seen; }
};

struct bulletin_sup {
  static patchbay::sup_spec init(const patchbay::args&) {
    return {.strategy = patchbay::rest_for_one,
            .children = {{.id = "bulletins", .module = "patchbay/gen_event", .name = "bulletins"},
                         {.id = "bulletin", .module = "bulletin", .name = "bulletin"}}};
  }
};

}  // namespace
PATCHBAY_GEN_SERVER(bulletin, 1);
PATCHBAY_GEN_EVENT(headcount, 1);
PATCHBAY_SUPERVISOR(bulletin_sup);
