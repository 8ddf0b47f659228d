#include "events.hpp"

namespace patchbay::test {

saying* said = nullptr;

namespace {

std::string word(const event_end& why) {
  switch (why.kind) {
    case event_end::why::stop:
      return "stop";
    case event_end::why::exit:
      return "{stop," + (why.reason.word() == exit_word::killed ? std::string("killed") : why.reason.text()) + "}";
    case event_end::why::remove_handler:
      return "remove_handler";
    case event_end::why::error:
      return "{error," + why.reason.text() + "}";
    case event_end::why::args:
      return why.arguments.json();
  }
  return "?";
}

}  // namespace

struct recorder {
  using events = messages<tick, obey>;
  using calls = messages<seen, ask, who>;
  using infos = messages<obey>;
  struct state {
    std::string name;
    std::vector<std::string> seen;
    void serialize(auto& ar) { ar(PATCHBAY_FIELD(name), PATCHBAY_FIELD(seen)); }
  };
  static init_result<state> init(const args& a, const args& replaced) {
    if (a.has("refuse")) return init_error(a.get<std::string>("refuse"));
    if (a.has("throw")) throw std::runtime_error(a.get<std::string>("throw"));
    state s{a.get<std::string>("name", "recorder"), {}};
    if (replaced.size() != 0) s.seen.push_back("replaces " + replaced.json());
    return s;
  }
  static void handle_event(const tick& m, state& s) {
    s.seen.push_back(std::to_string(m.n));
    said->add(s.name + " " + std::to_string(m.n));
  }
  static event_result handle_event(const obey& m, state& s) {
    s.seen.push_back(m.what);
    if (m.what == "remove") return remove_handler();
    if (m.what == "swap") return swap_handler({{"by", s.name}}, "other", {{"name", "heir"}});
    if (m.what == "swap to nothing") return swap_handler({}, "nowhere");
    if (m.what == "throw") throw std::runtime_error("bad event");
    if (m.what == "later") send_after<obey>(self(), 1ms, "timer");
    if (m.what == "wait") {
      ++said->inside;
      while (!said->open) std::this_thread::yield();
    }
    return {};
  }
  static void handle_info(const obey& m, state& s) { s.seen.push_back("info " + m.what); }
  static void handle_info(const exit_signal& m, state& s) { s.seen.push_back("'EXIT' " + m.reason.text()); }
  static std::vector<std::string> handle_call(const seen&, state& s) { return s.seen; }
  static event_call_result<std::string> handle_call(const ask& m, state& s) {
    if (m.what == "remove") return remove_handler(std::string("gone"));
    if (m.what == "swap") return reply_and_swap(std::string("swapped"), {{"by", "call"}}, "other", {{"name", "heir"}});
    if (m.what == "throw") throw std::runtime_error("bad call");
    if (m.what == "wait") {
      ++said->inside;
      while (!said->open) std::this_thread::yield();
    }
    return s.name + " hears " + m.what;
  }
  static pid handle_call(const who&, state&) { return self(); }
  static arg_list terminate(const event_end& why, state& s) {
    said->add(s.name + " ends " + word(why));
    if (why.kind == event_end::why::args && why.arguments.has("throw")) throw std::runtime_error("bad end");
    return {{"last", s.seen.empty() ? std::string("nothing") : s.seen.back()}};
  }
};

struct other {
  using events = messages<tick, rare>;
  using calls = messages<seen>;
  struct state {
    std::string name;
    std::vector<std::string> seen;
    void serialize(auto& ar) { ar(PATCHBAY_FIELD(name), PATCHBAY_FIELD(seen)); }
  };
  static state init(const args& a, const args& replaced) {
    state s{a.get<std::string>("name", "other"), {}};
    if (replaced.size() != 0) s.seen.push_back("replaces " + replaced.json());
    return s;
  }
  static void handle_event(const tick& m, state& s) {
    s.seen.push_back(std::to_string(m.n));
    said->add(s.name + " " + std::to_string(m.n));
  }
  static void handle_event(const rare&, state& s) { s.seen.push_back("rare"); }
  static std::vector<std::string> handle_call(const seen&, state& s) { return s.seen; }
};

// README: handler
struct audit {
  using events = messages<order_placed>;
  using calls = messages<turnover>;
  struct state {
    std::int64_t total = 0;
    void serialize(auto& ar) { ar(PATCHBAY_FIELD(total)); }
  };
  static state init(const args& a) { return {a.get<std::int64_t>("start_at", 0)}; }
  static event_result handle_event(const order_placed& m, state& s) {
    if (m.amount < 0) return remove_handler();
    s.total += m.amount;
    return {};
  }
  static std::int64_t handle_call(const turnover&, state& s) { return s.total; }
  static arg_list terminate(const event_end&, state& s) { return {{"total", s.total}}; }
};
PATCHBAY_GEN_EVENT(audit, 1);
// README end

/// Manages handlers from inside a process.
struct keeper {
  using calls = messages<keep, told>;
  using infos = messages<gen_event_exit>;
  using imports = messages<tick, rare>;
  struct state {
    std::vector<std::string> told;
    void serialize(auto& ar) { ar(PATCHBAY_FIELD(told)); }
  };
  static state init() { return {}; }
  static std::string handle_call(const keep& m, from, state&) {
    if (m.what == "add_sup_handler") gen_event::add_sup_handler(m.manager, m.handler);
    if (m.what == "swap_sup_handler") gen_event::swap_sup_handler(m.manager, m.handler, {{"by", "keeper"}}, m.other);
    if (m.what == "call") return gen_event::call<ask>(with_timeout(m.manager, 20ms), m.handler, m.other);
    if (m.what == "exit") throw std::runtime_error("keeper ends");
    return "ok";
  }
  static std::vector<std::string> handle_call(const told&, from, state& s) { return s.told; }
  static void handle_info(const gen_event_exit& m, state& s) {
    s.told.push_back(m.handler + " " + m.reason + (m.new_handler.empty() ? "" : " " + m.new_handler) +
                     (m.new_supervisor == self() ? " mine" : ""));
  }
};

PATCHBAY_GEN_EVENT(recorder, 1);
PATCHBAY_GEN_EVENT(other, 1);
PATCHBAY_GEN_SERVER(keeper, 1);

events_test::events_test()
    : host_{patchbay_module_recorder, patchbay_module_other, patchbay_module_keeper, patchbay_module_audit} {
  said = &words_;
  manager_ = static_cast<pid>(host_.spawn("patchbay/gen_event", "events"));
}

}  // namespace patchbay::test
