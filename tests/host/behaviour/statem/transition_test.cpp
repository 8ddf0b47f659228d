// OTP.md section 2: what callbacks return, and the exact order within a transition.
#include <future>

#include "script.hpp"

namespace patchbay::test {
namespace {

class transition_test : public statem_test {};

TEST_F(transition_test, next_state) {
  start();
  tell({{"a", "next open"}, {"b", ""}});
  EXPECT_EQ(saw(), (lines{"cast a@closed", "cast b@open"}));
}

TEST_F(transition_test, keep_state_keeps_the_state_and_changes_the_data) {
  start();
  tell({{"a", "count;keep"}, {"b", "count"}});
  EXPECT_EQ(saw(), (lines{"cast a@closed", "cast b@closed"}));
  const auto state = host_->get_state(static_cast<pb_pid>(machine_), 10s);
  ASSERT_TRUE(state);
  EXPECT_EQ(state->bytes.substr(8 + 6, 1), std::string(1, '\2'));  // "closed", count
}

TEST_F(transition_test, repeat_state_makes_the_enter_call_again_and_retries_nothing) {
  start({}, "entering");
  tell({{"a", "postpone"}, {"b", "repeat"}});
  EXPECT_EQ(saw(), (lines{"enter from closed@closed", "cast a@closed", "cast b@closed", "enter from closed@closed"}));
}

TEST_F(transition_test, state_enter_at_the_start_has_the_state_itself_as_the_old_one) {
  start({}, "entering");
  EXPECT_EQ(saw(), (lines{"enter from closed@closed"}));
}

// The first enter call is made after init's acknowledgement, as what a gen_server's init continues with.
TEST_F(transition_test, start_returns_before_the_first_enter_call_ends_and_no_event_comes_before_it) {
  on_enter = "hold";
  auto begun = std::async(std::launch::async, [this] { start({}, "entering"); });
  const bool returned = begun.wait_for(10s) == std::future_status::ready;
  if (!returned) let_go = true;
  ASSERT_TRUE(returned);
  ASSERT_TRUE(comes("enter from closed@closed"));
  cast<act>(machine_, "a", "");
  EXPECT_EQ(gen_statem::try_call<ask>(callee(machine_, 20ms), "b", "reply late").status(), PB_E_TIMEOUT);
  EXPECT_EQ(record_.get(), (lines{"enter from closed@closed"}));
  let_go = true;
  EXPECT_EQ(saw(), (lines{"enter from closed@closed", "cast a@closed", "call b@closed"}));
}

TEST_F(transition_test, start_link_returns_before_the_first_enter_call_and_links) {
  const auto parent = static_cast<pid>(host_.spawn("script"));
  on_enter = "hold";
  cast<act>(parent, "p", "start_link");
  ASSERT_TRUE(comes("started")) << "though the enter call holds";
  ASSERT_TRUE(comes("enter from closed@closed"));
  machine_ = whereis("made");
  host_->exit(static_cast<pb_pid>(parent), {PB_EXIT_KILL, {}});
  let_go = true;
  EXPECT_TRUE(ends()) << "it is linked to who started it";
}

TEST_F(transition_test, state_enter_is_called_with_the_old_state_at_every_change) {
  start({}, "entering");
  tell({{"a", "next open"}, {"b", "next open"}, {"c", "next closed"}});
  EXPECT_EQ(saw(), (lines{"enter from closed@closed", "cast a@closed", "enter from closed@open", "cast b@open",
                          "cast c@open", "enter from open@closed"}));
}

TEST_F(transition_test, repeat_state_in_an_enter_call_repeats_it) {
  start({}, "entering");
  saw();
  on_enter = "repeat";
  tell({{"a", "next open"}});
  EXPECT_EQ(saw(), (lines{"cast a@closed", "enter from closed@open", "enter from open@open"}));
}

TEST_F(transition_test, stop_with_a_reason_runs_terminate) {
  start();
  cast<act>(machine_, "a", "stop enough");
  EXPECT_TRUE(ends());
  EXPECT_EQ(record_.take(), (lines{"cast a@closed", "terminate enough@closed"}));
  EXPECT_TRUE(eventually([&] { return host_.logged("enough"); }));
}

TEST_F(transition_test, stop_and_reply_replies_and_then_terminates) {
  start();
  EXPECT_EQ(gen_statem::call<ask>(machine_, "a", "stop_and_reply bye"), "bye");
  EXPECT_TRUE(ends());
  EXPECT_EQ(record_.take(), (lines{"call a@closed", "terminate @closed"}));
}

// OTP sends all replies and then calls terminate: whoever waits for one does not wait for the end.
TEST_F(transition_test, stop_and_reply_replies_to_all_before_terminate_runs) {
  start();
  std::atomic<int> answered{0};
  std::atomic<bool> ends_after_them{false};
  on_terminate = [&] { ends_after_them = eventually([&] { return answered == 2; }); };
  std::thread first([&] {
    const auto got = gen_statem::try_call<ask>(machine_, "a", "");
    EXPECT_EQ(got ? *got : got.reason(), "one");
    ++answered;
  });
  ASSERT_TRUE(comes("call a@closed"));
  const auto got = gen_statem::try_call<ask>(machine_, "b", "stop_and_reply one;reply two");
  EXPECT_EQ(got ? *got : got.reason(), "two");
  ++answered;
  first.join();
  EXPECT_TRUE(ends());
  EXPECT_TRUE(ends_after_them);
  EXPECT_EQ(record_.take(), (lines{"call a@closed", "call b@closed", "terminate @closed"}));
}

TEST_F(transition_test, an_exception_ends_the_machine_with_its_text) {
  start();
  const auto outcome = gen_statem::try_call<ask>(machine_, "a", "throw bad luck");
  EXPECT_EQ(outcome.status(), PB_E_EXIT);
  EXPECT_NE(outcome.reason().find("bad luck"), std::string::npos) << outcome.reason();
  EXPECT_TRUE(ends());
}

TEST_F(transition_test, postponed_events_are_retried_on_a_change_of_state_oldest_first) {
  start();
  tell({{"a", "postpone"}, {"b", "postpone"}, {"c", "keep"}, {"d", "next open"}});
  EXPECT_EQ(saw(),
            (lines{"cast a@closed", "cast b@closed", "cast c@closed", "cast d@closed", "cast a@open", "cast b@open"}));
}

TEST_F(transition_test, next_state_that_is_the_same_state_retries_nothing) {
  start();
  tell({{"a", "postpone"}, {"b", "next closed"}});
  EXPECT_EQ(saw(), (lines{"cast a@closed", "cast b@closed"}));
}

// The event that changes the state may itself be postponed: then it is the youngest of those that are retried.
TEST_F(transition_test, the_event_itself_is_postponed_before_the_change_of_state_retries) {
  start();
  tell({{"a", "postpone"}});
  host_->run_on(static_cast<pb_pid>(machine_), [](process::process*) {});
  cast<act>(machine_, "b", "next open;postpone");
  ASSERT_TRUE(comes("cast b@open"));
  // b changes nothing in `open`: it is postponed once more.
  EXPECT_EQ(saw(), (lines{"cast a@closed", "cast b@closed", "cast a@open", "cast b@open"}));
}

TEST_F(transition_test, next_event_goes_ahead_of_the_queue_in_the_order_said) {
  start();
  // Both casts are in the mailbox before the first is handled.
  host_->run_on(static_cast<pb_pid>(machine_), [&](process::process*) {
    cast<act>(machine_, "a", "internal i1 internal i3;cast i2");
    cast<act>(machine_, "b", "");
  });
  ASSERT_TRUE(comes("cast b@closed"));
  EXPECT_EQ(saw(),
            (lines{"cast a@closed", "internal i1@closed", "internal i3@closed", "cast i2@closed", "cast b@closed"}));
}

TEST_F(transition_test, next_event_takes_any_type) {
  start();
  std::thread client([&] { EXPECT_EQ(gen_statem::call<ask>(machine_, "q", ""), "later"); });
  ASSERT_TRUE(comes("call q@closed"));
  tell({{"a", "info i;cast c;internal n;call again reply later"}});
  client.join();
  EXPECT_EQ(saw(), (lines{"call q@closed", "cast a@closed", "info i@closed", "cast c@closed", "internal n@closed",
                          "call again@closed"}));
}

TEST_F(transition_test, inserted_events_go_before_retried_ones) {
  start();
  tell({{"p", "postpone"}, {"a", "next open;internal i"}});
  EXPECT_EQ(saw(), (lines{"cast p@closed", "cast a@closed", "internal i@open", "cast p@open"}));
}

TEST_F(transition_test, the_enter_call_comes_before_retried_and_inserted_events) {
  start({}, "entering");
  tell({{"p", "postpone"}, {"a", "internal i;next open"}});
  EXPECT_EQ(saw(), (lines{"enter from closed@closed", "cast p@closed", "cast a@closed", "enter from closed@open",
                          "internal i@open", "cast p@open"}));
}

TEST_F(transition_test, timeouts_of_0_come_after_queued_and_before_unread_events) {
  start();
  host_->run_on(static_cast<pb_pid>(machine_), [&](process::process*) {
    cast<act>(machine_, "p", "postpone");
    cast<act>(machine_, "a", "state_timeout 0 s;generic g 0 z;internal i;next open");
    cast<act>(machine_, "unread", "");
  });
  ASSERT_TRUE(comes("cast unread@open"));
  EXPECT_EQ(saw(), (lines{"cast p@closed", "cast a@closed", "internal i@open", "cast p@open", "state_timeout s@open",
                          "{timeout,g} z@open", "cast unread@open"}));
}

TEST_F(transition_test, a_timeout_of_0_in_the_enter_call_comes_before_unread_events) {
  start({}, "entering");
  host_->run_on(static_cast<pb_pid>(machine_), [&](process::process*) {
    on_enter = "state_timeout 0 s";
    cast<act>(machine_, "a", "next open");
    cast<act>(machine_, "unread", "");
  });
  ASSERT_TRUE(comes("cast unread@open"));
  EXPECT_EQ(saw(), (lines{"enter from closed@closed", "cast a@closed", "enter from closed@open", "state_timeout s@open",
                          "cast unread@open"}));
}

TEST_F(transition_test, replies_go_out_before_the_enter_call) {
  start({}, "entering");
  saw();
  on_enter = "throw in enter";
  EXPECT_EQ(gen_statem::call<ask>(machine_, "a", "reply first;next open"), "first");
  EXPECT_TRUE(ends());
}

TEST_F(transition_test, init_may_have_actions) {
  start("internal i;state_timeout 0 s;postpone");
  EXPECT_EQ(saw(), (lines{"internal i@closed", "state_timeout s@closed"}));
}

TEST_F(transition_test, init_stops_errs_and_ignores_as_a_gen_server_does) {
  EXPECT_EQ(host_.try_spawn("script", {}, R"({"todo":"ignore"})").failure.status, PB_E_IGNORE);
  EXPECT_EQ(host_.try_spawn("script", {}, R"({"todo":"error"})").failure.why.words(), "not today");
  EXPECT_FALSE(host_.logged("not today"));
  EXPECT_EQ(host_.try_spawn("script", {}, R"({"todo":"stop"})").failure.why.words(), "broken");
  EXPECT_TRUE(eventually([&] { return host_.logged("broken"); }));
  EXPECT_EQ(host_.try_spawn("script", {}, R"({"todo":"throw"})").failure.why.words(), "no start");
}

TEST_F(transition_test, bad_action_from_state_function) {
  start();
  cast<act>(machine_, "a", "unlisted");
  EXPECT_TRUE(ends());
  EXPECT_TRUE(eventually([&] { return host_.logged("bad_action_from_state_function: test/script.ask"); }));
}

/// The script, as a module in C could be: its casts return what is none of the outcomes, its infos insert a message that is none.
const pb_module* careless(std::string_view application) {
  static std::vector<pb_message> rows;
  static std::vector<pb_message*> messages;
  static pb_module table{};
  rows.clear();
  messages.clear();
  table = *patchbay_module_script(application);
  for (std::size_t i = 0; i < table.message_count; ++i) rows.push_back(*table.messages[i]);
  for (pb_message& row : rows) {
    messages.push_back(&row);
    if (row.kind == PB_KIND_CAST) {
      row.handle = [](void*, void*, const pb_from*, void*, pb_result* result) {
        result->statem->outcome = 77;
        return static_cast<pb_status>(PB_OK);
      };
    } else if (row.kind == PB_KIND_INFO) {
      row.handle = [](void*, void*, const pb_from*, void*, pb_result* result) {
        const pb_statem_actions& actions = *result->statem->actions;
        actions.next_event(actions.context, 4711, nullptr, nullptr);
        return static_cast<pb_status>(PB_OK);
      };
    }
  }
  table.name = message::str("careless");
  table.messages = messages.data();
  return &table;
}

TEST(careless_test, bad_return_from_state_function_and_bad_action_from_state_function) {
  record record_;
  seen = &record_;
  runtime host({patchbay_module_script, careless});
  for (const auto& [send_one, words] :
       {std::pair{message::signal::cast, "bad_return_from_state_function: outcome 77"},
        std::pair{message::signal::info, "bad_action_from_state_function: {next_event, 4711}"}}) {
    const pb_pid machine = host.spawn("careless");
    act what{"a", ""};
    host->post({machine, {}}, send_one, detail::message_cell<act>, &what, nullptr);
    EXPECT_TRUE(eventually([&] { return !host->alive(machine); }));
    EXPECT_TRUE(eventually([&] { return host.logged(words); })) << words;
  }
}

TEST_F(transition_test, bad_state_enter_return_from_state_function) {
  start({}, "entering");
  settle();  // the first enter call has been made
  on_enter = "next open";
  cast<act>(machine_, "a", "repeat");
  EXPECT_TRUE(ends());
  EXPECT_TRUE(eventually([&] { return host_.logged("bad_state_enter_return_from_state_function"); }));
}

TEST_F(transition_test, bad_state_enter_action_from_state_function) {
  for (const char* action : {"postpone", "internal i"}) {
    start({}, "entering");
    settle();
    on_enter = action;
    cast<act>(machine_, "a", "repeat");
    EXPECT_TRUE(ends());
    EXPECT_TRUE(eventually([&] { return host_.logged("bad_state_enter_action_from_state_function"); }));
  }
}

}  // namespace
}  // namespace patchbay::test
