// What a plugin asks of its host: each function puts the right question and understands the answer.
#include <gtest/gtest.h>

#include <patchbay/patchbay.hpp>

#include "fake_host.hpp"

using namespace std::chrono_literals;

namespace {

struct bump {
  using reply = std::int64_t;
  std::int64_t by = 1;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(by)); }
};
struct reset {
  using reply = void;
};
struct tick {
  std::string text;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(text)); }
};
struct stranger {};

class clients : public testing::Test {
 protected:
  sdk_test::fake_host host;
  void SetUp() override {
    patchbay::detail::ensure_message<bump>("app", "counter");
    patchbay::detail::ensure_message<reset>("app", "counter");
    patchbay::detail::ensure_message<tick>("app", "counter");
    host.reply_bytes = sdk_test::encoded(patchbay::detail::reply_cell<bump>, &number);
    host.expected_reply = &patchbay::detail::reply_cell<bump>;
  }
  const sdk_test::seen& last() { return host.requests.back(); }
  std::int64_t number = 42;
};

TEST_F(clients, call_by_name_with_fields) {
  EXPECT_EQ(patchbay::call<bump>("counter", 5), 42);
  EXPECT_EQ(last().what, "call");
  EXPECT_EQ(last().to, "counter");
  EXPECT_EQ(last().number, 5000u);
  EXPECT_EQ(last().bytes, std::string("\5\0\0\0\0\0\0\0", 8));
  EXPECT_EQ(sdk_test::text_of(last().type->name), "app/counter.bump");
}
TEST_F(clients, call_by_pid_with_a_message_and_a_limit) {
  EXPECT_EQ(patchbay::call(patchbay::with_timeout(patchbay::pid{9}, 2s), bump{7}), 42);
  EXPECT_EQ(last().pid, 9u);
  EXPECT_EQ(last().number, 2000u);
  patchbay::call<bump>(patchbay::with_timeout("counter", patchbay::infinity));
  EXPECT_EQ(last().number, PB_INFINITY);
  EXPECT_EQ(last().bytes[0], 1);
}
TEST_F(clients, gen_statem_call_default_infinity) {
  EXPECT_EQ(patchbay::gen_statem::call<bump>("door", 5), 42);
  EXPECT_EQ(last().number, PB_INFINITY);
  EXPECT_EQ(*patchbay::gen_statem::try_call<bump>(patchbay::pid{9}, 5), 42);
  EXPECT_EQ(last().number, PB_INFINITY);
  patchbay::gen_statem::call<bump>(patchbay::with_timeout("door", 2s));
  EXPECT_EQ(last().number, 2000u);
}
TEST_F(clients, call_whose_reply_is_void) {
  host.reply_bytes.clear();
  patchbay::call<reset>(std::string("counter"));
  EXPECT_EQ(sdk_test::text_of(last().type->name), "app/counter.reset");
}
TEST_F(clients, a_failed_call_throws_status_and_reason) {
  host.answers_with = PB_E_EXIT;
  host.error_text = "crashed";
  try {
    patchbay::call<bump>("counter");
    FAIL();
  } catch (const patchbay::call_error& error) {
    EXPECT_EQ(error.status(), PB_E_EXIT);
    EXPECT_EQ(error.reason(), "crashed");
    EXPECT_STREQ(error.what(), "exit: call of app/counter.bump to counter: crashed");
  }
}
TEST_F(clients, a_message_that_nobody_lists_is_named) {
  EXPECT_EQ(patchbay::detail::describe_call<stranger>("cast of ", "counter"),
            "cast of stranger to counter; no module of this plugin lists it, put it into the sender's `imports`");
}
TEST_F(clients, try_call_is_a_value) {
  EXPECT_EQ(*patchbay::try_call<bump>("counter", 1), 42);
  host.answers_with = PB_E_TIMEOUT;
  const auto outcome = patchbay::try_call<bump>("counter", 1);
  EXPECT_FALSE(outcome);
  EXPECT_EQ(outcome.status(), PB_E_TIMEOUT);
}
TEST_F(clients, cast_and_send) {
  patchbay::cast<tick>("counter", "a");
  EXPECT_EQ(last().what, "cast");
  patchbay::send("counter", tick{"b"});
  EXPECT_EQ(last().what, "send");
  EXPECT_EQ(last().bytes.back(), 'b');
  host.answers_with = PB_E_OVERLOADED;
  EXPECT_THROW(patchbay::cast<tick>("counter", "a"), patchbay::status_error);
}
TEST_F(clients, requests) {
  const auto request = patchbay::send_request<bump>("counter", 3);
  EXPECT_EQ(request.ref, 900u);
  EXPECT_EQ(*patchbay::wait_response(request, 10ms), 42);
  EXPECT_EQ(last().what, "wait");
  EXPECT_EQ(last().pid, 900u);
  EXPECT_EQ(last().number, 10u);
  EXPECT_EQ(*patchbay::receive_response(request, 20ms), 42);
  EXPECT_EQ(last().what, "receive");
  host.answers_with = PB_E_NO_REPLY;
  EXPECT_EQ(patchbay::check_response(request).status(), PB_E_NO_REPLY);
  EXPECT_EQ(last().number, 0u);
}
TEST_F(clients, replies) {
  patchbay::reply(patchbay::from_of<bump>{patchbay::pid{3}, 4}, 11);
  EXPECT_EQ(last().what, "reply");
  EXPECT_EQ(last().pid, 3u);
  EXPECT_EQ(last().number, 4u);
  EXPECT_EQ(last().bytes[0], 11);
  patchbay::reply<bump>(patchbay::from{patchbay::pid{3}, 5}, 12);
  EXPECT_EQ(last().number, 5u);
  patchbay::reply(patchbay::from_of<reset>{patchbay::pid{3}, 6});
  EXPECT_EQ(sdk_test::text_of(last().type->name), "app/counter.reset.reply");
}
TEST_F(clients, timers) {
  const auto timer = patchbay::send_after<tick>(patchbay::self(), 1500ms, "later");
  EXPECT_EQ(last().what, "send_after");
  EXPECT_EQ(last().pid, 77u);
  EXPECT_EQ(last().number, 1500u);
  EXPECT_EQ(patchbay::cancel_timer(timer), 250ms);
  EXPECT_EQ(last().pid, 901u);
  host.answers_with = PB_E_BADARG;
  EXPECT_EQ(patchbay::cancel_timer(timer), std::nullopt);
}
TEST_F(clients, links_and_monitors) {
  patchbay::link(patchbay::pid{8});
  EXPECT_EQ(last().what, "link");
  patchbay::unlink(patchbay::pid{8});
  const auto monitor = patchbay::monitor("counter");
  EXPECT_EQ(last().to, "counter");
  patchbay::demonitor(monitor);
  EXPECT_EQ(last().pid, 902u);
  patchbay::exit(patchbay::pid{8}, patchbay::kill);
  EXPECT_EQ(last().number, static_cast<std::uint64_t>(PB_EXIT_KILL));
  EXPECT_FALSE(patchbay::trap_exit(true));
  EXPECT_TRUE(patchbay::trap_exit(false));
  host.answers_with = PB_E_NO_PROCESS;
  EXPECT_THROW(patchbay::link(patchbay::pid{8}), patchbay::status_error);
}
TEST_F(clients, names_start_and_stop) {
  EXPECT_EQ(patchbay::whereis("known"), patchbay::pid{5});
  EXPECT_EQ(patchbay::whereis("unknown"), patchbay::pid::nobody);
  patchbay::register_name("me");
  EXPECT_EQ(last().to, "me");
  EXPECT_EQ(patchbay::start_link("counter", {.name = "one", .args = {{"start_at", 5}}, .timeout = 3s}),
            patchbay::pid{6});
  EXPECT_EQ(last().pid, static_cast<std::uint64_t>(PB_START_LINK));
  EXPECT_EQ(last().bytes, R"({"start_at":5})");
  EXPECT_EQ(last().number, 3000u);
  EXPECT_EQ(last().text, "one");
  patchbay::gen_server::stop("counter", {patchbay::shutdown, "moving"}, 4s);
  EXPECT_EQ(last().text, "moving");
  EXPECT_EQ(last().number, 4000u);
  host.answers_with = PB_E_INIT;
  host.error_text = "no luck";
  EXPECT_EQ(patchbay::try_start("counter").reason, "no luck");
  EXPECT_THROW(patchbay::start("counter"), patchbay::status_error);
}
TEST_F(clients, log_lines) {
  patchbay::log::warning("{} of {}", 3, "four");
  EXPECT_EQ(last().text, "3 of four");
  EXPECT_EQ(last().pid, static_cast<std::uint64_t>(PB_LOG_WARNING));
}
// As `patchbay ps` prints it: what a log line names can be asked for.
TEST_F(clients, pids_in_texts) {
  const auto process = static_cast<patchbay::pid>((pb_pid{3} << 32) | 17);
  patchbay::log::info("{} and {:>10}", process, patchbay::pid{5});
  EXPECT_EQ(last().text, "<0.17.3> and    <0.5.0>");
  EXPECT_EQ(patchbay::target(process).text(), "<0.17.3>");
  EXPECT_EQ(patchbay::target("counter").text(), "counter");
  host.answers_with = PB_E_NOPROC;
  try {
    patchbay::call(process, bump{7});
    FAIL() << "no call_error";
  } catch (const patchbay::call_error& failed) {
    EXPECT_NE(std::string(failed.what()).find("bump to <0.17.3>"), std::string::npos) << failed.what();
  }
}

TEST(status, words) {
  EXPECT_EQ(patchbay::error_word(PB_OK), "ok");
  EXPECT_EQ(patchbay::error_word(PB_E_CALLING_SELF), "calling_self");
  EXPECT_EQ(patchbay::error_word(PB_E_SHUTTING_DOWN), "shutdown");
  EXPECT_EQ(patchbay::error_word(PB_E_UNSUPPORTED), "unsupported");
  EXPECT_EQ(patchbay::error_word(99), "unknown");
}

}  // namespace
