// OTP.md section 2: the events of gen_statem, and its calls.
#include "script.hpp"

namespace patchbay::test {
namespace {

class events_test : public statem_test {};

TEST_F(events_test, call_cast_and_info) {
  start();
  EXPECT_EQ(gen_statem::call<ask>(machine_, "a", "reply yes"), "yes");
  cast<act>(machine_, "b", "");
  send<act>(machine_, "c", "");
  EXPECT_EQ(saw(), (lines{"call a@closed", "cast b@closed", "info c@closed"}));
}

TEST_F(events_test, a_call_from_a_process_thread_runs_inline) {
  start();
  scheduler::attached_thread attached(host_->scheduler());
  for (int i = 0; i < 100; ++i) EXPECT_EQ(gen_statem::call<ask>(machine_, "a", "reply yes"), "yes");
  EXPECT_EQ(saw().size(), 100U);
}

TEST_F(events_test, a_postponed_call_is_answered_when_its_time_comes) {
  start();
  std::thread client([&] { EXPECT_EQ(gen_statem::call<ask>(machine_, "a", "postpone"), "late"); });
  ASSERT_TRUE(comes("call a@closed"));
  tell({{"b", "next open"}, {"c", "reply late"}});
  client.join();
}

// Inline: the request lies on the caller's stack, and must outlive its handler.
TEST_F(events_test, a_postponed_inline_call_keeps_its_request) {
  start();
  const std::string label(200, 'x');
  std::thread client([&] {
    scheduler::attached_thread attached(host_->scheduler());
    EXPECT_EQ(gen_statem::call<ask>(machine_, label, "postpone"), "answer");
  });
  ASSERT_TRUE(comes("call " + label + "@closed"));
  tell({{"b", "next open"}});
  EXPECT_TRUE(record_.has("call " + label + "@open"));
  // The machine keeps its caller twice, once of each time that it saw the call.
  tell({{"c", "reply answer"}});
  client.join();
}

TEST_F(events_test, the_reply_may_come_in_a_later_event) {
  start();
  std::thread client([&] { EXPECT_EQ(gen_statem::call<ask>(machine_, "a", ""), "at last"); });
  ASSERT_TRUE(comes("call a@closed"));
  tell({{"b", "reply at last"}});
  client.join();
}

TEST_F(events_test, an_inline_call_is_answered_by_an_inserted_event) {
  start();
  scheduler::attached_thread attached(host_->scheduler());
  EXPECT_EQ(gen_statem::call<ask>(machine_, "a", "internal i reply by another"), "by another");
}

TEST_F(events_test, the_end_of_the_machine_is_told_to_callers_whose_calls_are_postponed) {
  start();
  std::thread client([&] {
    const auto outcome = gen_statem::try_call<ask>(machine_, "a", "postpone");
    EXPECT_EQ(outcome.status(), PB_E_EXIT);
    EXPECT_NE(outcome.reason().find("gone"), std::string::npos) << outcome.reason();
  });
  ASSERT_TRUE(comes("call a@closed"));
  cast<act>(machine_, "b", "stop gone");
  client.join();
}

TEST_F(events_test, clean_timeout_a_late_reply_is_dropped) {
  start();
  EXPECT_EQ(gen_statem::try_call<ask>(with_timeout(machine_, 5ms), "a", "").status(), PB_E_TIMEOUT);
  tell({{"b", "reply late"}});
  EXPECT_EQ(gen_statem::call<ask>(machine_, "c", "reply now"), "now");
}

TEST_F(events_test, down_exit_and_responses_are_info_events_that_can_be_postponed) {
  const pid other = start();
  start();
  tell({{"a", "request " + std::to_string(static_cast<pb_pid>(other)) + " reply well"}});
  ASSERT_TRUE(comes("response well@closed"));
  tell({{"b", "monitor " + std::to_string(static_cast<pb_pid>(other)) + ";trap"}, {"c", "next open"}});
  ASSERT_TRUE(record_.has("response well@open"));
  host_->exit(static_cast<pb_pid>(other), {PB_EXIT_ERROR, "ended"});
  EXPECT_TRUE(comes("'DOWN' ended@open"));
  host_->exit(static_cast<pb_pid>(machine_), {PB_EXIT_ERROR, "leave"});
  EXPECT_TRUE(comes("'EXIT' leave@open"));
}

TEST_F(events_test, kill_ends_a_machine_with_postponed_events_and_timers) {
  start();
  tell({{"a", "postpone"}, {"b", "generic g 100000 z"}});
  host_->exit(static_cast<pb_pid>(machine_), {PB_EXIT_KILL, {}});
  EXPECT_TRUE(ends());
  EXPECT_FALSE(record_.has("terminate @closed"));
}

TEST_F(events_test, many_callers_at_once_each_get_their_own_reply) {
  start();
  std::vector<std::thread> clients;
  for (int c = 0; c < 3; ++c) {
    clients.emplace_back([&] {
      scheduler::attached_thread attached(host_->scheduler());
      for (int i = 0; i < 500; ++i) ASSERT_EQ(gen_statem::call<ask>(machine_, "a", "reply yes"), "yes");
    });
  }
  for (auto& each : clients) each.join();
}

}  // namespace
}  // namespace patchbay::test
