// Every answer of every callback, as the host sees it.
#include <gtest/gtest.h>

#include <patchbay/patchbay.hpp>

#include "fake_host.hpp"

using namespace std::chrono_literals;

namespace {

struct ask {
  using reply = std::string;
  std::string how;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(how)); }
};
struct order {
  using reply = void;
};
struct poke {
  std::string how;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(how)); }
};
struct next_step {
  std::int64_t n = 0;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(n)); }
};
struct unlisted {};

struct answering {
  using calls = patchbay::messages<ask, order>;
  using casts = patchbay::messages<poke>;
  using infos = patchbay::messages<poke>;
  using continues = patchbay::messages<poke, next_step>;
  struct state {
    std::string log;
    void serialize(auto& ar) { ar(PATCHBAY_FIELD(log)); }
  };
  static patchbay::init_result<state> init(const patchbay::args& a) {
    const auto how = a.get<std::string>("how", "");
    if (how == "timeout") return patchbay::ok(state{"t"}, 20ms);
    if (how == "continue") return patchbay::ok(state{"c"}, patchbay::then(next_step{4}));
    if (how == "stop") return patchbay::stop("no luck");
    if (how == "error") return patchbay::init_error(patchbay::shutdown);
    if (how == "ignore") return patchbay::ignore();
    if (how == "throw") throw std::runtime_error("thrown in init");
    return state{"plain"};
  }
  static patchbay::call_result<std::string> handle_call(ask&& m, patchbay::from, state& s) {
    s.log += m.how;
    if (m.how == "timeout") return patchbay::reply("late", 30ms);
    if (m.how == "seconds") return patchbay::reply("later", 2s);
    if (m.how == "microseconds") return patchbay::reply("soon", 1500us);
    if (m.how == "infinity") return patchbay::reply("never", patchbay::infinity);
    if (m.how == "continue") return patchbay::reply("more", patchbay::then(next_step{1}));
    if (m.how == "unlisted") return patchbay::reply("lost", patchbay::then(unlisted{}));
    if (m.how == "noreply") return patchbay::noreply();
    if (m.how == "stop") return patchbay::stop(patchbay::normal);
    if (m.how == "stop_reply") return patchbay::stop({patchbay::shutdown, "moved"}, "bye");
    if (m.how == "throw") throw std::out_of_range("thrown in a call");
    return "plain";
  }
  static void handle_call(const order&, patchbay::from, state& s) { s.log += "order"; }
  static patchbay::cast_result handle_cast(const poke& m, state& s) {
    s.log += m.how;
    if (m.how == "timeout") return patchbay::noreply(40ms);
    if (m.how == "stop") return patchbay::stop("poked");
    if (m.how == "throw") throw 5;
    return {};
  }
  static auto handle_info(const poke&, state&) { return patchbay::noreply(patchbay::then(poke{"again"})); }
  static void handle_continue(const poke& m, state& s) { s.log += m.how; }
  static void handle_continue(next_step m, state& s) { s.log += std::to_string(m.n); }
};
PATCHBAY_GEN_SERVER(answering, 1)

class answers : public testing::Test {
 protected:
  sdk_test::fake_host host;
  sdk_test::bench server{patchbay_module_answering("app")};
  sdk_test::answer result;
  pb_args args;

  void SetUp() override {
    sdk_test::answer started;
    ASSERT_EQ(server.init(started), PB_OK);
  }
  void with(std::string_view how) {
    args.entries = {{"how", {PB_VALUE_STRING, 0, 0, 0, {how.data(), how.size()}, nullptr}}};
  }
  std::string log() { return server.state<answering::state>().log; }

  /// The reply, or nothing where there was none.
  std::optional<std::string> call(std::string how, pb_status expected = PB_OK) {
    ask message{std::move(how)};
    const pb_from from{1, 2};
    alignas(std::string) unsigned char room[sizeof(std::string)];
    EXPECT_EQ(server.find(PB_KIND_CALL, "ask")->handle(server.raw_state(), &message, &from, room, &result), expected);
    if (result.action != PB_ACTION_REPLY && result.action != PB_ACTION_STOP_REPLY) return std::nullopt;
    auto* reply = std::launder(reinterpret_cast<std::string*>(room));
    std::string taken = std::move(*reply);
    std::destroy_at(reply);
    return taken;
  }
  pb_status plain(std::uint32_t kind, std::string_view name, void* message) {
    return server.find(kind, name)->handle(server.raw_state(), message, nullptr, nullptr, &result);
  }
  void take_continue() {
    ASSERT_NE(result.continue_object, nullptr);
    const auto& row = *server.module().messages[result.continue_message];
    EXPECT_EQ(row.kind, static_cast<std::uint32_t>(PB_KIND_CONTINUE));
    sdk_test::answer after;
    EXPECT_EQ(row.handle(server.raw_state(), result.continue_object, nullptr, nullptr, &after), PB_OK);
    row.type->destroy(result.continue_object);
    std::free(result.continue_object);
  }
};

TEST_F(answers, init_plain_and_with_timeout) {
  EXPECT_EQ(log(), "plain");
  sdk_test::bench other(patchbay_module_answering("app"));
  with("timeout");
  EXPECT_EQ(other.init(result, &args), PB_OK);
  EXPECT_EQ(result.action, static_cast<std::uint32_t>(PB_ACTION_NOREPLY));
  EXPECT_EQ(result.next, static_cast<std::uint32_t>(PB_NEXT_TIMEOUT));
  EXPECT_EQ(result.timeout_ms, 20u);
}
TEST_F(answers, init_with_continue) {
  sdk_test::bench other(patchbay_module_answering("app"));
  with("continue");
  EXPECT_EQ(other.init(result, &args), PB_OK);
  EXPECT_EQ(result.next, static_cast<std::uint32_t>(PB_NEXT_CONTINUE));
  take_continue();
  EXPECT_EQ(log(), "plain4");
}
TEST_F(answers, init_that_does_not_start) {
  struct one {
    const char* how;
    std::uint32_t action;
    std::uint32_t kind;
    const char* text;
  };
  for (const one& is : {one{"stop", PB_ACTION_STOP, PB_EXIT_ERROR, "no luck"},
                        one{"error", PB_ACTION_ERROR, PB_EXIT_SHUTDOWN, ""}, one{"ignore", PB_ACTION_IGNORE, 0, ""}}) {
    sdk_test::bench other(patchbay_module_answering("app"));
    sdk_test::answer answer;
    with(is.how);
    EXPECT_EQ(other.init(answer, &args), PB_OK);
    EXPECT_EQ(answer.action, is.action) << is.how;
    EXPECT_EQ(answer.reason_kind, is.kind) << is.how;
    EXPECT_EQ(answer.reason.text, is.text);
  }
  sdk_test::bench other(patchbay_module_answering("app"));
  with("throw");
  EXPECT_EQ(other.init(result, &args), PB_E_EXCEPTION);
  EXPECT_EQ(result.reason.text, "thrown in init");
}

TEST_F(answers, call_plain) {
  EXPECT_EQ(call("x"), "plain");
  EXPECT_EQ(result.next, static_cast<std::uint32_t>(PB_NEXT_INFINITY));
  EXPECT_EQ(log(), "plainx");
}
TEST_F(answers, call_with_timeout) {
  EXPECT_EQ(call("timeout"), "late");
  EXPECT_EQ(result.next, static_cast<std::uint32_t>(PB_NEXT_TIMEOUT));
  EXPECT_EQ(result.timeout_ms, 30u);
}
TEST_F(answers, timeouts_are_any_durations) {
  EXPECT_EQ(call("seconds"), "later");
  EXPECT_EQ(result.timeout_ms, 2000u);
  EXPECT_EQ(call("microseconds"), "soon");
  EXPECT_EQ(result.timeout_ms, 2u);
  EXPECT_EQ(call("infinity"), "never");
  EXPECT_EQ(result.next, static_cast<std::uint32_t>(PB_NEXT_INFINITY));
}
TEST_F(answers, call_with_continue) {
  EXPECT_EQ(call("continue"), "more");
  take_continue();
  EXPECT_EQ(log(), "plaincontinue1");
}
TEST_F(answers, a_continue_that_is_not_listed_ends_the_process_and_leaks_nothing) {
  EXPECT_EQ(call("unlisted", PB_E_EXCEPTION), std::nullopt);
  EXPECT_NE(result.reason.text.find("is not in the module's `continues`"), std::string::npos);
  EXPECT_EQ(host.allocated, host.released);
  EXPECT_EQ(result.continue_object, nullptr);
}
TEST_F(answers, no_memory_for_a_continue) {
  host.out_of_memory = true;
  EXPECT_EQ(call("continue", PB_E_EXCEPTION), std::nullopt);
}
TEST_F(answers, call_without_reply) {
  EXPECT_EQ(call("noreply"), std::nullopt);
  EXPECT_EQ(result.action, static_cast<std::uint32_t>(PB_ACTION_NOREPLY));
}
TEST_F(answers, call_that_stops) {
  EXPECT_EQ(call("stop"), std::nullopt);
  EXPECT_EQ(result.action, static_cast<std::uint32_t>(PB_ACTION_STOP));
  EXPECT_EQ(result.reason_kind, static_cast<std::uint32_t>(PB_EXIT_NORMAL));
}
TEST_F(answers, call_that_stops_with_reply) {
  EXPECT_EQ(call("stop_reply"), "bye");
  EXPECT_EQ(result.action, static_cast<std::uint32_t>(PB_ACTION_STOP_REPLY));
  EXPECT_EQ(result.reason_kind, static_cast<std::uint32_t>(PB_EXIT_SHUTDOWN));
  EXPECT_EQ(result.reason.text, "moved");
}
TEST_F(answers, call_that_throws_leaves_the_state_as_it_is) {
  EXPECT_EQ(call("throw", PB_E_EXCEPTION), std::nullopt);
  EXPECT_EQ(result.reason.text, "thrown in a call");
  EXPECT_EQ(log(), "plainthrow");
}
TEST_F(answers, call_whose_reply_is_void) {
  order message;
  const pb_from from{1, 2};
  std::monostate reply;
  EXPECT_EQ(server.find(PB_KIND_CALL, "order")->handle(server.raw_state(), &message, &from, &reply, &result), PB_OK);
  EXPECT_EQ(result.action, static_cast<std::uint32_t>(PB_ACTION_REPLY));
  EXPECT_EQ(log(), "plainorder");
}

TEST_F(answers, casts) {
  poke message{"go"};
  EXPECT_EQ(plain(PB_KIND_CAST, "poke", &message), PB_OK);
  EXPECT_EQ(result.action, static_cast<std::uint32_t>(PB_ACTION_NOREPLY));
  message.how = "timeout";
  EXPECT_EQ(plain(PB_KIND_CAST, "poke", &message), PB_OK);
  EXPECT_EQ(result.timeout_ms, 40u);
  message.how = "stop";
  EXPECT_EQ(plain(PB_KIND_CAST, "poke", &message), PB_OK);
  EXPECT_EQ(result.action, static_cast<std::uint32_t>(PB_ACTION_STOP));
  EXPECT_EQ(result.reason.text, "poked");
  message.how = "throw";
  EXPECT_EQ(plain(PB_KIND_CAST, "poke", &message), PB_E_EXCEPTION);
}
TEST_F(answers, infos_and_continues) {
  poke message{"go"};
  EXPECT_EQ(plain(PB_KIND_INFO, "poke", &message), PB_OK);
  take_continue();
  EXPECT_EQ(log(), "plainagain");
}

}  // namespace
