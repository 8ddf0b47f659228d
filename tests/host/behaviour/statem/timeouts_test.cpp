// OTP.md section 2: the three timeouts of gen_statem.
#include "script.hpp"

namespace patchbay::test {
namespace {

class timeouts_test : public statem_test {};

TEST_F(timeouts_test, an_event_timeout_comes_when_nothing_else_does) {
  start();
  tell({{"a", "timeout 5 t"}});
  EXPECT_TRUE(comes("timeout t@closed"));
}

TEST_F(timeouts_test, any_event_cancels_an_event_timeout) {
  start();
  tell({{"a", "timeout 20 t;generic g 60 z"}, {"b", ""}});
  ASSERT_TRUE(comes("{timeout,g} z@closed"));
  EXPECT_EQ(saw(), (lines{"cast a@closed", "cast b@closed", "{timeout,g} z@closed"}));
}

TEST_F(timeouts_test, a_queued_event_cancels_an_event_timeout_of_0) {
  start();
  tell({{"a", "timeout 0 t;internal i"}, {"b", "timeout 0 u"}});
  EXPECT_EQ(saw(), (lines{"cast a@closed", "internal i@closed", "cast b@closed", "timeout u@closed"}));
}

TEST_F(timeouts_test, a_change_of_state_cancels_a_state_timeout) {
  start();
  tell({{"a", "state_timeout 20 s;generic g 60 z"}, {"b", "next open"}});
  ASSERT_TRUE(comes("{timeout,g} z@open"));
  EXPECT_EQ(saw(), (lines{"cast a@closed", "cast b@closed", "{timeout,g} z@open"}));
}

TEST_F(timeouts_test, events_that_change_no_state_leave_a_state_timeout_running) {
  start();
  tell({{"a", "state_timeout 5 s"}, {"b", "keep"}, {"c", "repeat"}, {"d", "next closed"}});
  EXPECT_TRUE(comes("state_timeout s@closed"));
}

TEST_F(timeouts_test, nothing_cancels_a_generic_timeout_and_each_has_its_name) {
  start();
  tell({{"a", "generic one 5 x;generic two 10 y"}, {"b", "next open"}});
  ASSERT_TRUE(comes("{timeout,two} y@open"));
  EXPECT_TRUE(record_.has("{timeout,one} x@open"));
}

TEST_F(timeouts_test, a_timeout_is_started_anew_by_one_of_the_same_name) {
  start();
  tell({{"a", "generic g 5000 x;state_timeout 5000 s"}, {"b", "generic g 5 y;state_timeout 10 u"}});
  ASSERT_TRUE(comes("state_timeout u@closed"));
  EXPECT_EQ(saw(), (lines{"cast a@closed", "cast b@closed", "{timeout,g} y@closed", "state_timeout u@closed"}));
}

TEST_F(timeouts_test, the_last_action_of_a_timeout_counts) {
  start();
  tell({{"a", "state_timeout 0 s;state_timeout 5000 u;generic g 0 z;cancel_generic g;generic h 0 last"}});
  EXPECT_EQ(saw(), (lines{"cast a@closed", "{timeout,h} last@closed"}));
}

TEST_F(timeouts_test, infinity_cancels) {
  start();
  tell({{"a", "state_timeout 20 s;generic g 60 z"}, {"b", "state_timeout infinity s"}});
  ASSERT_TRUE(comes("{timeout,g} z@closed"));
  EXPECT_FALSE(record_.has("state_timeout s@closed"));
}

TEST_F(timeouts_test, cancel) {
  start();
  tell({{"a", "state_timeout 20 s;generic g 20 z;generic end 60 e"}, {"b", "cancel_state;cancel_generic g"}});
  ASSERT_TRUE(comes("{timeout,end} e@closed"));
  EXPECT_EQ(saw(), (lines{"cast a@closed", "cast b@closed", "{timeout,end} e@closed"}));
}

TEST_F(timeouts_test, cancel_of_an_event_timeout_is_allowed_and_needless) {
  start();
  tell({{"a", "timeout 5000 t;cancel_timeout"}, {"b", "timeout 0 u"}});
  EXPECT_EQ(saw(), (lines{"cast a@closed", "cast b@closed", "timeout u@closed"}));
}

TEST_F(timeouts_test, update_changes_the_content_and_not_the_time) {
  start();
  tell({{"a", "state_timeout 5 s;generic g 10 z"}, {"b", "update_state new;update_generic g newer"}});
  ASSERT_TRUE(comes("{timeout,g} newer@closed"));
  EXPECT_EQ(saw(), (lines{"cast a@closed", "cast b@closed", "state_timeout new@closed", "{timeout,g} newer@closed"}));
}

TEST_F(timeouts_test, update_of_one_that_does_not_run_is_a_timeout_of_0) {
  start();
  tell({{"a", "update_state s;update_generic g z"}, {"b", "update_timeout t"}});
  EXPECT_EQ(saw(), (lines{"cast a@closed", "state_timeout s@closed", "{timeout,g} z@closed", "cast b@closed",
                          "timeout t@closed"}));
}

TEST_F(timeouts_test, abs_is_a_time_of_the_monotonic_clock) {
  start();
  tell({{"a", "state_timeout_abs 5 s;generic_abs g 15 z;timeout_abs 30 t"}});
  ASSERT_TRUE(comes("{timeout,g} z@closed"));
  EXPECT_EQ(record_.get(), (lines{"cast a@closed", "state_timeout s@closed", "{timeout,g} z@closed"}));
}

TEST_F(timeouts_test, abs_in_the_past_fires_at_once) {
  start();
  tell({{"a", "timeout_abs -1000 t"}});
  EXPECT_TRUE(comes("timeout t@closed"));
}

TEST_F(timeouts_test, a_timeout_event_can_be_postponed) {
  start();
  tell({{"a", "state_timeout 0 s postpone"}, {"b", "next open"}});
  EXPECT_EQ(saw(), (lines{"cast a@closed", "state_timeout s@closed", "cast b@closed", "state_timeout s@open"}));
}

TEST_F(timeouts_test, a_fired_timeout_that_is_cancelled_before_it_is_read_is_not_handled) {
  start();
  const auto pid = static_cast<pb_pid>(machine_);
  std::atomic<bool> fired{false};
  host_->run_on(pid, [&, pid](process::process*) {
    cast<act>(machine_, "a", "generic g 200 z");
    host_->run_on(pid, [&](process::process*) {
      // The cancel stands in the mailbox before the timer fires.
      cast<act>(machine_, "b", "cancel_generic g");
      fired = eventually([&] { return host_->scheduler().timer_queue().size() == 0; });
    });
  });
  EXPECT_TRUE(eventually([&] { return fired.load(); }));
  EXPECT_EQ(saw(), (lines{"cast a@closed", "cast b@closed"}));
}

TEST_F(timeouts_test, the_end_of_a_machine_stops_its_timers) {
  start();
  tell({{"a", "generic g 100000 z;state_timeout 100000 s"}});
  const auto before = host_->scheduler().timer_queue().size();
  cast<act>(machine_, "b", "stop done");
  ASSERT_TRUE(ends());
  EXPECT_TRUE(eventually([&] { return host_->scheduler().timer_queue().size() == before - 2; }));
}

TEST_F(timeouts_test, a_suspended_machine_gets_its_timeouts_after_resume) {
  start();
  tell({{"a", "state_timeout 5 s"}});
  host_->run_on(static_cast<pb_pid>(machine_), [](process::process* p) { p->set_suspended(true); });
  const auto until = std::chrono::steady_clock::now() + 20ms;
  while (std::chrono::steady_clock::now() < until) std::this_thread::yield();
  settle();
  EXPECT_FALSE(record_.has("state_timeout s@closed"));
  host_->run_on(static_cast<pb_pid>(machine_), [](process::process* p) { p->set_suspended(false); });
  EXPECT_TRUE(comes("state_timeout s@closed"));
}

}  // namespace
}  // namespace patchbay::test
