// OTP.md section 1: idle timeouts, continues, what is no answer, what nobody handles.
#include <cstring>

#include "runtime.hpp"

namespace patchbay::test {
namespace {

std::atomic<int>* timeouts = nullptr;

namespace idle_messages {
PATCHBAY_MESSAGES_OF("test", "idler");
struct rest_for {
  using reply = bool;
  std::int64_t ms = 0;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(ms)); }
};
struct go_on {
  using reply = bool;
  std::string how;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(how)); }
};
struct step {
  std::string what;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(what)); }
};
struct steps {
  using reply = std::vector<std::string>;
  void serialize(auto&) {}
};
}  // namespace idle_messages
using idle_messages::go_on;
using idle_messages::rest_for;
using idle_messages::step;
using idle_messages::steps;

}  // namespace

struct idler {
  using calls = messages<rest_for, go_on, steps>;
  using casts = messages<step>;
  using infos = messages<step>;
  using continues = messages<step>;
  struct state {
    std::vector<std::string> done;
    void serialize(auto& ar) { ar(PATCHBAY_FIELD(done)); }
  };
  static init_result<state> init(const args& a) {
    if (a.get<bool>("continue", false)) return ok(state{}, then(step{"from init"}));
    if (a.get<bool>("idle", false)) return ok(state{}, 5ms);
    return state{};
  }
  static call_result<bool> handle_call(const rest_for& m, from, state&) {
    return reply(true, std::chrono::milliseconds(m.ms));
  }
  static call_result<bool> handle_call(const go_on& m, from who, state&) {
    if (m.how == "reply") return reply(true, then(step{"continued"}));
    if (m.how == "stop") return stop(exit_reason("enough"));
    if (m.how == "stop_reply") return stop(exit_reason("enough"), true);
    patchbay::reply<go_on>(who, true);
    return noreply(then(step{"twice"}));
  }
  static std::vector<std::string> handle_call(const steps&, from, state& s) { return s.done; }
  static cast_result handle_cast(const step& m, state& s) {
    s.done.push_back("cast " + m.what);
    if (m.what == "stop") return stop(exit_reason("cast stopped it"));
    if (m.what == "continue") return noreply(then(step{"continued"}));
    if (m.what == "idle") return noreply(5ms);
    return {};
  }
  static cast_result handle_info(const step& m, state& s) {
    s.done.push_back("info " + m.what);
    if (m.what == "stop") return stop(exit_reason("info stopped it"));
    if (m.what == "continue") return noreply(then(step{"continued"}));
    return {};
  }
  static cast_result handle_continue(const step& m, state& s) {
    s.done.push_back("continue " + m.what);
    if (m.what == "twice") return noreply(then(step{"continued"}));
    if (m.what == "stop") return stop(exit_reason("continue stopped it"));
    return {};
  }
  static void handle_info(const timeout&, state& s) {
    s.done.push_back("timeout");
    ++*timeouts;
  }
};

/// Takes nothing but a call.
struct deaf {
  using calls = messages<steps>;
  struct state {
    void serialize(auto&) {}
  };
  static state init(const args& a) {
    if (a.get<bool>("trap", false)) trap_exit(true);
    return {};
  }
  static std::vector<std::string> handle_call(const steps&, from, state&) { return {"hears"}; }
};

}  // namespace patchbay::test

using patchbay::test::idler;
PATCHBAY_GEN_SERVER(idler, 1)

namespace patchbay::test {
namespace {

class idle_test : public testing::Test {
 protected:
  idle_test() { timeouts = &timeouts_; }
  pid spawn(const std::string& args = {}) { return static_cast<pid>(host_.spawn("idler", {}, args)); }
  std::vector<std::string> done(pid server) { return call<steps>(server); }
  bool dead(pid server, const std::string& why) {
    return eventually([&] { return !host_->alive(static_cast<pb_pid>(server)); }) &&
           eventually([&] { return host_.logged(why); });
  }

  std::atomic<int> timeouts_{0};
  runtime host_{patchbay_module_idler};
};

TEST_F(idle_test, init_ok_with_a_timeout_or_a_continue) {
  spawn(R"({"idle":true})");
  EXPECT_TRUE(eventually([this] { return timeouts_ == 1; }));
  EXPECT_EQ(done(spawn(R"({"continue":true})")), (std::vector<std::string>{"continue from init"}));
}

TEST_F(idle_test, continue_runs_before_any_queued_message) {
  for (const char* how : {"reply", "noreply"}) {
    const pid server = spawn();
    host_->run_on(static_cast<pb_pid>(server), [&](process::process*) {
      // Nothing is handled before this returns: all of it is queued.
      std::thread([&] {
        cast<step>(server, "continue");
        cast<step>(server, "one");
        send<step>(server, "continue");
        send<step>(server, "two");
      }).join();
    });
    EXPECT_TRUE(eventually([&] { return done(server).size() == 6; }));
    EXPECT_EQ(done(server), (std::vector<std::string>{"cast continue", "continue continued", "cast one",
                                                      "info continue", "continue continued", "info two"}));
    EXPECT_TRUE(call<go_on>(server, how));
    const auto all = done(server);
    EXPECT_EQ(all.back(), "continue continued");
    EXPECT_EQ(all.size(), std::string(how) == "reply" ? 7U : 8U);
  }
}

TEST_F(idle_test, an_idle_timeout_arrives_as_info_timeout) {
  const pid server = spawn();
  call<rest_for>(server, 1);
  EXPECT_TRUE(eventually([this] { return timeouts_ == 1; }));
  cast<step>(server, "idle");
  EXPECT_TRUE(eventually([this] { return timeouts_ == 2; }));
  EXPECT_EQ(done(server), (std::vector<std::string>{"timeout", "cast idle", "timeout"}));
}

TEST_F(idle_test, any_message_cancels_it) {
  const pid waiting = spawn();
  const pid clock = spawn();
  for (int i = 0; i < 20; ++i) {
    call<rest_for>(waiting, 40);
    if (i % 2 == 0) {
      done(waiting);
    } else {
      send<step>(waiting, "x");
    }
  }
  done(waiting);
  const int before = timeouts_;
  call<rest_for>(clock, 80);
  EXPECT_TRUE(eventually([&] { return timeouts_ == before + 1; }));
  EXPECT_EQ(done(clock).back(), "timeout");
  EXPECT_NE(done(waiting).back(), "timeout");
}

// Asked for its state again and again, sooner than the time is over, it never times out; as soon as nobody asks, it does.
TEST_F(idle_test, a_system_message_restarts_it_in_full) {
  const pid server = spawn();
  const auto began = std::chrono::steady_clock::now();
  call<rest_for>(server, 1000);
  auto asked = began;
  while (asked < began + 300ms) {
    asked = std::chrono::steady_clock::now();
    ASSERT_TRUE(host_->get_state(static_cast<pb_pid>(server), 5s));
  }
  EXPECT_TRUE(eventually([&] { return timeouts_ == 1; }));
  EXPECT_GE(std::chrono::steady_clock::now(), asked + 1000ms);
}

TEST_F(idle_test, handle_call_stop_and_stop_with_reply) {
  const pid a = spawn();
  EXPECT_EQ(try_call<go_on>(a, "stop").reason(), "enough");
  const pid b = spawn();
  EXPECT_TRUE(call<go_on>(b, "stop_reply"));
  EXPECT_TRUE(dead(b, "enough"));
}

TEST_F(idle_test, handle_cast_info_and_continue_stop) {
  const pid a = spawn();
  cast<step>(a, "stop");
  EXPECT_TRUE(dead(a, "cast stopped it"));
  const pid b = spawn();
  send<step>(b, "stop");
  EXPECT_TRUE(dead(b, "info stopped it"));
}

// From C, where the compiler does not refuse it.
TEST_F(idle_test, anything_else_exits_bad_return_value) {
  pb_module raw = *detail::server_module<deaf, 1>::table("test", "deaf");
  pb_message wrong = *raw.messages[0];
  wrong.handle = [](void*, void*, const pb_from*, void*, pb_result* result) -> pb_status {
    result->action = 99;
    return PB_OK;
  };
  pb_message* const entries[] = {&wrong};
  raw.messages = entries;
  raw.message_count = 1;
  host_.adopt(raw);
  const process::module code(raw, "test", "1.0.0", host_.group());
  process::spawn_request request;
  request.find_module = [&] {
    host_.group().need();
    return &code;
  };
  const auto made = host_->spawn(request);
  ASSERT_TRUE(made);
  const auto outcome = try_call<steps>(static_cast<pid>(made.pid));
  EXPECT_EQ(outcome.status(), PB_E_EXIT);
  EXPECT_EQ(outcome.reason().rfind("bad_return_value", 0), 0U) << outcome.reason();
  // Its end is told before its state is destroyed, for which it needs its module.
  EXPECT_TRUE(eventually([&] { return host_.group().resident_count() == 0; }));
}

TEST_F(idle_test, missing_handle_info_is_a_warning_only) {
  const pb_module& raw = *detail::server_module<deaf, 1>::table("test", "deaf");
  host_.adopt(raw);
  const process::module code(raw, "test", "1.0.0", host_.group());
  process::spawn_request request;
  request.find_module = [&] {
    host_.group().need();
    return &code;
  };
  request.args_json = R"({"trap":true})";
  const auto made = host_->spawn(request);
  ASSERT_TRUE(made);
  const auto server = static_cast<pid>(made.pid);
  send<step>(server, "unheard");
  EXPECT_EQ(call<steps>(server), (std::vector<std::string>{"hears"}));
  EXPECT_TRUE(host_.logged("takes no"));
  host_->stop_process({made.pid, {}}, process::reason::normal(), 5s, nullptr);
  // Its end is told before its state is destroyed, for which it needs its module.
  EXPECT_TRUE(eventually([&] { return host_.group().resident_count() == 0; }));
}

}  // namespace
}  // namespace patchbay::test
