#include "echo.hpp"

#include <limits>
#include <stdexcept>
#include <thread>

#include <patchbay/entry.hpp>

namespace patchbay::test {
namespace {

std::string words(const exit_reason& why) {
  if (why == exit_word::normal) return "normal";
  if (why.word() == exit_word::killed) return "killed";
  if (why.word() == exit_word::noproc) return "noproc";
  if (why.word() == exit_word::shutdown) return "shutdown";
  return why.text();
}

}  // namespace

struct echo {
  using calls = patchbay::messages<add, history, hold, fail, watch, ask, alarm_after>;
  using casts = patchbay::messages<note>;
  using infos = patchbay::messages<ring, release_later>;
  struct state {
    std::int64_t total = 0;
    std::vector<std::int64_t> seen;
    patchbay::from waiting;
    void serialize(auto& ar) { ar(PATCHBAY_FIELD(total), PATCHBAY_FIELD(seen), PATCHBAY_FIELD(waiting)); }
  };

  static init_result<state> init(const args& a) {
    const auto how = a.get<std::string>("init", "ok");
    if (how == "throw") throw std::runtime_error("init failed on purpose");
    if (how == "stop") return stop(exit_reason("not today"));
    if (how == "error") return init_error(exit_reason("quietly no"));
    if (how == "ignore") return ignore();
    state s;
    s.total = a.get<std::int64_t>("start_at", 0);
    if (how == "idle") return ok(std::move(s), std::chrono::milliseconds(5));
    return s;
  }
  static std::int64_t handle_call(const add& m, from, state& s) { return s.total += m.by; }
  static std::vector<std::int64_t> handle_call(const history&, from, state& s) { return s.seen; }
  static std::int64_t handle_call(const hold&, from, state& s) {
    const int mine = ++said->entered;
    while (said->may_leave.load() < mine) std::this_thread::yield();
    return s.total;
  }
  static call_result<std::int64_t> handle_call(const fail& m, from who, state& s) {
    s.total = 77;
    if (m.how == "throw") throw std::runtime_error("failed on purpose");
    if (m.how == "stop") return stop(exit_reason("enough"));
    if (m.how == "stop_reply") return stop(normal, std::int64_t{5});
    if (m.how == "self") return call<add>(self(), 1);
    s.waiting = who;
    if (m.how == "later") send(self(), release_later{});
    return noreply();
  }
  static void handle_info(const release_later&, state& s) { reply<fail>(s.waiting, 42); }
  static bool handle_call(const watch& m, from, state&) {
    if (m.trap) trap_exit(true);
    if (m.by_link) {
      link(m.whom);
    } else {
      monitor(m.whom);
    }
    return true;
  }
  static std::int64_t handle_call(const ask& m, from, state& s) {
    if (m.how == "call") return call<add>(m.whom, 1);
    if (m.how == "short_call") return try_call<add>(callee(m.whom, std::chrono::milliseconds(50)), 1).status();
    if (m.how == "cast_ten") {
      for (std::int64_t i = 0; i < 10; ++i) cast<note>(m.whom, i);
      return 10;
    }
    const auto sent = send_request<add>(m.whom, 10);
    if (m.how == "request") return *receive_response(sent, std::chrono::seconds(5));
    s.total = 0;
    return 0;
  }
  static bool handle_call(const alarm_after& m, from, state& s) {
    s.total = m.ms;
    send_after(self(), std::chrono::milliseconds(m.ms), ring{});
    return true;
  }
  static void handle_cast(const note& m, state& s) { s.seen.push_back(m.by); }
  static void handle_info(const ring&, state&) { ++said->timeouts; }
  static void handle_info(const timeout&, state&) { ++said->timeouts; }
  static void handle_info(const down& m, state&) {
    said->last = words(m.reason);
    ++said->downs;
  }
  static void handle_info(const exit_signal& m, state&) {
    said->last = words(m.reason);
    ++said->exits;
  }
  static void handle_info(const response<add>& m, state& s) {
    s.total = m.outcome ? *m.outcome : -1;
    ++said->responses;
  }
  static void terminate(const exit_reason& why, state& s) {
    said->last = words(why) + " " + std::to_string(s.total);
    ++said->terminated;
  }
};

}  // namespace patchbay::test

using patchbay::test::echo;
PATCHBAY_GEN_SERVER(echo, 1)
