// OTP.md section 2, gen_event: a test for each of its sentences.
#include <thread>

#include "behaviour/application_controller.hpp"
#include "events.hpp"

namespace patchbay::test {
namespace {

using strings = std::vector<std::string>;

template <class Run>
pb_status status_of(Run run) {
  try {
    run();
    return PB_OK;
  } catch (const status_error& failure) {
    return failure.status();
  }
}

TEST_F(events_test, add_handler_runs_init_and_the_handler_sees_events) {
  gen_event::add_handler(manager_, "test/recorder", {{"name", "a"}});
  gen_event::notify(manager_, tick{1});
  gen_event::sync_notify<tick>("events", 2);
  EXPECT_EQ(seen_by("test/recorder"), (strings{"1", "2"}));
}

TEST_F(events_test, add_handler_answers_what_init_refuses_and_adds_nothing) {
  try {
    gen_event::add_handler(manager_, "test/recorder", {{"refuse", "not today"}});
    FAIL() << "added";
  } catch (const status_error& failure) {
    EXPECT_EQ(failure.status(), PB_E_INIT);
    EXPECT_EQ(failure.reason(), "not today");
  }
  try {
    gen_event::add_handler(manager_, "test/recorder", {{"throw", "broken"}});
    FAIL() << "added";
  } catch (const status_error& failure) {
    EXPECT_EQ(failure.reason(), "{'EXIT',broken}");
  }
  EXPECT_EQ(status_of([&] { gen_event::add_handler(manager_, "test/nothing"); }), PB_E_UNDEF_MODULE);
  EXPECT_EQ(status_of([&] { gen_event::add_handler(manager_, "test/keeper"); }), PB_E_BADARG);
  EXPECT_TRUE(gen_event::which_handlers(manager_).empty());
}

TEST_F(events_test, which_handlers_are_the_newest_first_and_see_events_in_that_order) {
  gen_event::add_handler(manager_, "test/recorder", {{"name", "a"}});
  gen_event::add_handler(manager_, "test/other", {{"name", "b"}});
  gen_event::add_handler(manager_, "test/recorder:x", {{"name", "c"}});
  EXPECT_EQ(gen_event::which_handlers(manager_), (strings{"test/recorder:x", "test/other", "test/recorder"}));
  gen_event::sync_notify(manager_, tick{7});
  EXPECT_EQ(words_.all(), (strings{"c 7", "b 7", "a 7"}));
}

TEST_F(events_test, handlers_of_one_module_are_told_apart_by_id) {
  gen_event::add_handler(manager_, "test/recorder:x", {{"name", "x"}});
  gen_event::add_handler(manager_, "test/recorder:y", {{"name", "y"}});
  EXPECT_EQ(gen_event::call<ask>(manager_, "test/recorder:x", "hello"), "x hears hello");
  EXPECT_EQ(gen_event::call<ask>(manager_, "recorder:y", "hello"), "y hears hello");
  gen_event::delete_handler(manager_, "test/recorder:x");
  EXPECT_EQ(gen_event::which_handlers(manager_), strings{"test/recorder:y"});
}

TEST_F(events_test, an_event_that_a_handler_does_not_take_passes_it_by) {
  gen_event::add_handler(manager_, "test/recorder");
  gen_event::add_handler(manager_, "test/other");
  gen_event::sync_notify(manager_, rare{});
  EXPECT_EQ(seen_by("test/recorder"), strings{});
  EXPECT_EQ(seen_by("test/other"), strings{"rare"});
}

TEST_F(events_test, notify_keeps_the_order_and_returns_at_once) {
  gen_event::add_handler(manager_, "test/recorder");
  gen_event::notify(manager_, obey{"wait"});
  strings expected{"wait"};
  for (int i = 0; i < 200; ++i) {
    gen_event::notify(manager_, tick{i});
    expected.push_back(std::to_string(i));
  }
  ASSERT_TRUE(eventually([&] { return words_.inside == 1; }));
  words_.open = true;
  EXPECT_EQ(seen_by("test/recorder"), expected);
}

TEST_F(events_test, sync_notify_returns_when_every_handler_has_handled_it) {
  gen_event::add_handler(manager_, "test/recorder");
  std::atomic<bool> returned{false};
  std::thread client([&] {
    gen_event::sync_notify(manager_, obey{"wait"});
    returned = true;
  });
  ASSERT_TRUE(eventually([&] { return words_.inside == 1; }));
  EXPECT_FALSE(returned);
  words_.open = true;
  client.join();
  EXPECT_TRUE(returned);
}

TEST_F(events_test, notify_to_nobody_is_no_error_and_everything_else_is_noproc) {
  gen_event::notify("nobody", tick{1});
  EXPECT_EQ(status_of([] { gen_event::sync_notify("nobody", tick{1}); }), PB_E_NOPROC);
  EXPECT_EQ(status_of([] { gen_event::add_handler("nobody", "test/recorder"); }), PB_E_NOPROC);
  EXPECT_EQ(status_of([] { gen_event::which_handlers("nobody"); }), PB_E_NOPROC);
  const auto server = static_cast<pid>(host_.spawn("keeper"));
  EXPECT_EQ(status_of([&] { gen_event::which_handlers(server); }), PB_E_BADARG);
}

TEST_F(events_test, an_info_goes_to_handle_info_of_every_handler) {
  gen_event::add_handler(manager_, "test/recorder:x");
  gen_event::add_handler(manager_, "test/recorder:y");
  send(manager_, obey{"hello"});
  EXPECT_EQ(seen_by("test/recorder:x"), strings{"info hello"});
  EXPECT_EQ(seen_by("test/recorder:y"), strings{"info hello"});
}

TEST_F(events_test, call_answers_the_handlers_reply) {
  gen_event::add_handler(manager_, "test/recorder", {{"name", "a"}});
  EXPECT_EQ(gen_event::call<ask>(manager_, "test/recorder", "you"), "a hears you");
}

TEST_F(events_test, call_of_a_handler_that_is_not_there_is_bad_module) {
  EXPECT_EQ(gen_event::try_call<ask>(manager_, "test/recorder", "you").status(), PB_E_BAD_MODULE);
}

TEST_F(events_test, call_of_a_handler_that_fails_answers_exit_and_the_handler_is_gone) {
  gen_event::add_handler(manager_, "test/recorder");
  const auto outcome = gen_event::try_call<ask>(manager_, "test/recorder", "throw");
  EXPECT_EQ(outcome.status(), PB_E_EXCEPTION);
  EXPECT_EQ(outcome.reason(), "{'EXIT',bad call}");
  EXPECT_EQ(gen_event::which_handlers(manager_), strings{});
}

TEST_F(events_test, call_times_out_and_the_late_reply_is_dropped) {
  EXPECT_EQ(callee(manager_).timeout, 5000ms);
  gen_event::add_handler(manager_, "test/recorder", {{"name", "a"}});
  EXPECT_EQ(gen_event::try_call<ask>(with_timeout(manager_, 5ms), "test/recorder", "wait").status(), PB_E_TIMEOUT);
  words_.open = true;
  EXPECT_EQ(gen_event::call<ask>(manager_, "test/recorder", "you"), "a hears you");
}

TEST_F(events_test, call_of_what_a_handler_does_not_take_is_undef_message_and_it_stays) {
  gen_event::add_handler(manager_, "test/other");
  EXPECT_EQ(gen_event::try_call<ask>(manager_, "test/other", "you").status(), PB_E_UNDEF_MESSAGE);
  EXPECT_EQ(gen_event::which_handlers(manager_), strings{"test/other"});
}

TEST_F(events_test, delete_handler_answers_terminates_value) {
  gen_event::add_handler(manager_, "test/recorder", {{"name", "a"}});
  gen_event::notify(manager_, tick{5});
  EXPECT_EQ(gen_event::delete_handler(manager_, "test/recorder", {{"why", "done"}}), R"({"last":"5"})");
  EXPECT_EQ(words_.all().back(), R"(a ends {"why":"done"})");
  EXPECT_EQ(gen_event::which_handlers(manager_), strings{});
  gen_event::add_handler(manager_, "test/other");
  EXPECT_EQ(gen_event::delete_handler(manager_, "test/other"), "");
}

TEST_F(events_test, delete_handler_of_one_that_is_not_there_is_module_not_found) {
  EXPECT_EQ(status_of([&] { gen_event::delete_handler(manager_, "test/recorder"); }), PB_E_MODULE_NOT_FOUND);
}

TEST_F(events_test, swap_handler_hands_what_terminate_answered_to_init) {
  gen_event::add_handler(manager_, "test/recorder", {{"name", "a"}});
  gen_event::notify(manager_, tick{5});
  gen_event::swap_handler(manager_, "test/recorder", {{"by", "me"}}, "test/other", {{"name", "b"}});
  EXPECT_EQ(words_.all().back(), R"(a ends {"by":"me"})");
  EXPECT_EQ(gen_event::which_handlers(manager_), strings{"test/other"});
  EXPECT_EQ(seen_by("test/other"), strings{R"(replaces {"last":"5"})"});
  // other's terminate answers nothing, which is ok
  gen_event::swap_handler(manager_, "test/other", {}, "test/recorder");
  EXPECT_EQ(seen_by("test/recorder"), strings{R"(replaces {"answer":"ok"})"});
}

TEST_F(events_test, swap_handler_of_one_that_is_not_there_adds_the_other_with_error) {
  gen_event::swap_handler(manager_, "test/recorder", {}, "test/other");
  EXPECT_EQ(seen_by("test/other"), strings{R"(replaces {"answer":"error"})"});
}

TEST_F(events_test, swap_handler_whose_init_refuses_leaves_neither) {
  gen_event::add_handler(manager_, "test/other");
  EXPECT_EQ(status_of([&] {
              gen_event::swap_handler(manager_, "test/other", {}, "test/recorder", {{"refuse", "no"}});
            }),
            PB_E_INIT);
  EXPECT_EQ(gen_event::which_handlers(manager_), strings{});
}

TEST_F(events_test, a_handler_may_return_remove_handler) {
  gen_event::add_handler(manager_, "test/recorder", {{"name", "a"}});
  gen_event::sync_notify(manager_, obey{"remove"});
  EXPECT_EQ(words_.all().back(), "a ends remove_handler");
  EXPECT_EQ(gen_event::which_handlers(manager_), strings{});
  gen_event::add_handler(manager_, "test/recorder", {{"name", "b"}});
  EXPECT_EQ(gen_event::call<ask>(manager_, "test/recorder", "remove"), "gone");
  EXPECT_EQ(gen_event::which_handlers(manager_), strings{});
}

TEST_F(events_test, a_handler_may_return_swap_handler_and_the_other_takes_its_place) {
  gen_event::add_handler(manager_, "test/recorder:first");
  gen_event::add_handler(manager_, "test/recorder", {{"name", "a"}});
  gen_event::add_handler(manager_, "test/recorder:last");
  EXPECT_EQ(gen_event::call<ask>(manager_, "test/recorder", "swap"), "swapped");
  EXPECT_EQ(gen_event::which_handlers(manager_), (strings{"test/recorder:last", "test/other", "test/recorder:first"}));
  EXPECT_EQ(words_.all().back(), R"(a ends {"by":"call"})");
  EXPECT_EQ(seen_by("test/other"), strings{R"(replaces {"last":"nothing"})"});
}

TEST_F(events_test, a_handler_that_swaps_while_an_event_goes_round_sees_it_once) {
  gen_event::add_handler(manager_, "test/recorder", {{"name", "a"}});
  gen_event::sync_notify(manager_, obey{"swap"});
  EXPECT_EQ(seen_by("test/other"), strings{R"(replaces {"last":"swap"})"});
  gen_event::sync_notify(manager_, tick{1});
  EXPECT_EQ(words_.all(), (strings{R"(a ends {"by":"a"})", "heir 1"}));
}

TEST_F(events_test, a_faulty_handler_is_removed_with_a_report_and_the_manager_lives) {
  gen_event::add_handler(manager_, "test/recorder:bad", {{"name", "bad"}});
  gen_event::add_handler(manager_, "test/other");
  gen_event::sync_notify(manager_, obey{"throw"});
  gen_event::sync_notify(manager_, tick{1});
  EXPECT_EQ(gen_event::which_handlers(manager_), strings{"test/other"});
  EXPECT_EQ(seen_by("test/other"), strings{"1"});
  EXPECT_EQ(words_.all().front(), "bad ends {error,bad event}");
  EXPECT_TRUE(
      host_.logged("gen_event handler test/recorder:bad crashed. Was installed in events. Last event was: "
                   "test/events.obey. Reason: {'EXIT',bad event}"));
}

TEST_F(events_test, a_terminate_that_fails_is_reported_and_its_exit_is_the_answer) {
  gen_event::add_handler(manager_, "test/recorder");
  EXPECT_EQ(gen_event::delete_handler(manager_, "test/recorder", {{"throw", true}}), R"("{'EXIT',bad end}")");
  EXPECT_TRUE(host_.logged("test/recorder crashed"));
  EXPECT_EQ(gen_event::which_handlers(manager_), strings{});
}

TEST_F(events_test, swap_handler_to_nothing_is_reported_and_the_manager_lives) {
  gen_event::add_handler(manager_, "test/recorder");
  gen_event::sync_notify(manager_, obey{"swap to nothing"});
  EXPECT_EQ(gen_event::which_handlers(manager_), strings{});
  EXPECT_TRUE(host_.logged("gen_event handler test/nowhere crashed"));
}

TEST_F(events_test, it_traps_exits_and_handlers_see_them_as_infos) {
  gen_event::add_handler(manager_, "test/recorder");
  call<keep>(static_cast<pid>(host_.spawn("keeper")), "send exit", manager_, "", "");
  EXPECT_EQ(seen_by("test/recorder"), strings{"'EXIT' boo"});
}

TEST_F(events_test, handlers_act_as_their_manager) {
  gen_event::add_handler(manager_, "test/recorder");
  EXPECT_EQ(gen_event::call<who>(manager_, "test/recorder"), manager_);
  gen_event::sync_notify(manager_, obey{"later"});
  EXPECT_TRUE(eventually([&] { return seen_by("test/recorder") == strings{"later", "info timer"}; }));
}

TEST_F(events_test, add_sup_handler_links_and_the_handler_ends_with_the_process_that_added_it) {
  const auto owner = static_cast<pid>(host_.spawn("keeper"));
  call<keep>(owner, "add_sup_handler", manager_, "recorder", "");
  EXPECT_EQ(gen_event::which_handlers(manager_), strings{"test/recorder"});
  EXPECT_EQ(try_call<keep>(owner, "exit", manager_, "", "").status(), PB_E_EXIT);
  EXPECT_TRUE(eventually([&] { return gen_event::which_handlers(manager_).empty(); }));
  EXPECT_EQ(words_.all().back(), "recorder ends {stop,keeper ends}");
}

TEST_F(events_test, a_supervised_handler_leaves_whatever_ends_its_owner_and_the_others_stay) {
  gen_event::add_handler(manager_, "test/other");
  const auto other_owner = static_cast<pid>(host_.spawn("keeper"));
  call<keep>(other_owner, "add_sup_handler", manager_, "test/recorder:kept", "");
  const std::vector<std::pair<process::reason, std::string>> ends{{process::reason::normal(), "{stop,}"},
                                                                  {process::reason::shutdown("moved"), "{stop,moved}"},
                                                                  {{PB_EXIT_KILL, {}}, "{stop,killed}"}};
  for (const auto& [why, said] : ends) {
    const pb_pid owner = host_.spawn("keeper");
    call<keep>(static_cast<pid>(owner), "add_sup_handler", manager_, "test/recorder:x", "");
    call<keep>(static_cast<pid>(owner), "add_sup_handler", manager_, "test/recorder:y", "");
    if (why.kind == PB_EXIT_KILL) {
      host_->exit(owner, why);
    } else {
      ASSERT_EQ(host_->stop_process({owner, {}}, why, 10s, nullptr), PB_OK);
    }
    ASSERT_TRUE(eventually([&] {
      return gen_event::which_handlers(manager_) == (strings{"test/recorder:kept", "test/other"});
    }));
    EXPECT_EQ(words_.all().back(), "recorder ends " + said);
  }
  EXPECT_EQ(call<told>(other_owner), strings{});
}

// The link has two ends: a manager that crashes takes along who supervises a handler of it.
TEST_F(events_test, the_owner_of_a_supervised_handler_ends_with_a_manager_that_is_killed) {
  const pb_pid owner = host_.spawn("keeper");
  const pb_pid bystander = host_.spawn("keeper");
  call<keep>(static_cast<pid>(owner), "add_sup_handler", manager_, "test/recorder", "");
  gen_event::add_handler(manager_, "test/other");
  host_->exit(raw(manager_), {PB_EXIT_KILL, {}});
  EXPECT_TRUE(eventually([&] { return !host_->alive(owner); }));
  EXPECT_TRUE(host_->alive(bystander));
}

TEST_F(events_test, add_sup_handler_needs_a_process) {
  EXPECT_EQ(status_of([&] { gen_event::add_sup_handler(manager_, "test/recorder"); }), PB_E_NO_PROCESS);
}

TEST_F(events_test, it_sends_gen_event_exit_normal_when_the_handler_is_deleted_or_removes_itself) {
  const auto owner = static_cast<pid>(host_.spawn("keeper"));
  call<keep>(owner, "add_sup_handler", manager_, "test/recorder:x", "");
  call<keep>(owner, "add_sup_handler", manager_, "test/recorder", "");
  gen_event::delete_handler(manager_, "test/recorder:x");
  EXPECT_EQ(call<told>(owner), strings{"test/recorder:x normal"});
  gen_event::sync_notify(manager_, obey{"remove"});
  EXPECT_EQ(call<told>(owner).back(), "test/recorder normal");
}

TEST_F(events_test, it_sends_gen_event_exit_shutdown_when_the_manager_stops) {
  const auto owner = static_cast<pid>(host_.spawn("keeper"));
  call<keep>(owner, "add_sup_handler", manager_, "test/recorder", "");
  gen_event::stop(manager_);
  EXPECT_EQ(call<told>(owner), strings{"test/recorder shutdown"});
}

TEST_F(events_test, it_sends_gen_event_exit_swapped_with_the_new_handler_and_its_supervisor) {
  const auto owner = static_cast<pid>(host_.spawn("keeper"));
  call<keep>(owner, "add_sup_handler", manager_, "test/recorder", "");
  gen_event::sync_notify(manager_, obey{"swap"});
  EXPECT_EQ(call<told>(owner), strings{"test/recorder swapped test/other mine"});
  // the heir is supervised as well
  gen_event::delete_handler(manager_, "test/other");
  EXPECT_EQ(call<told>(owner).back(), "test/other normal");
}

TEST_F(events_test, it_sends_gen_event_exit_with_the_term_that_the_handler_failed_with) {
  const auto owner = static_cast<pid>(host_.spawn("keeper"));
  call<keep>(owner, "add_sup_handler", manager_, "test/recorder", "");
  gen_event::sync_notify(manager_, obey{"throw"});
  EXPECT_EQ(call<told>(owner), strings{"test/recorder {'EXIT',bad event}"});
}

TEST_F(events_test, swap_sup_handler_supervises_the_new_handler) {
  const auto owner = static_cast<pid>(host_.spawn("keeper"));
  gen_event::add_handler(manager_, "test/recorder", {{"name", "a"}});
  call<keep>(owner, "swap_sup_handler", manager_, "test/recorder", "test/other");
  EXPECT_EQ(words_.all().back(), R"(a ends {"by":"keeper"})");
  EXPECT_EQ(call<told>(owner), strings{});
  gen_event::delete_handler(manager_, "test/other");
  EXPECT_EQ(call<told>(owner), strings{"test/other normal"});
}

TEST_F(events_test, stop_ends_every_handler_by_stop) {
  gen_event::add_handler(manager_, "test/recorder:x", {{"name", "x"}});
  gen_event::add_handler(manager_, "test/recorder:y", {{"name", "y"}});
  gen_event::stop(manager_);
  EXPECT_EQ(words_.all(), (strings{"y ends stop", "x ends stop"}));
  EXPECT_FALSE(host_->alive(raw(manager_)));
  EXPECT_TRUE(eventually([&] { return host_->process_count() == 0; }));
  EXPECT_EQ(host_.group().needs(), 0);
}

TEST_F(events_test, a_killed_manager_takes_its_handlers_along) {
  gen_event::add_handler(manager_, "test/recorder");
  host_->exit(raw(manager_), {PB_EXIT_KILL, {}});
  EXPECT_TRUE(eventually([&] { return host_->process_count() == 0; }));
  EXPECT_EQ(words_.all(), strings{});
}

TEST_F(events_test, who_waits_for_a_manager_that_ends_hears_why) {
  gen_event::add_handler(manager_, "test/recorder");
  pb_status status = PB_OK;
  std::thread client([&] { status = gen_event::try_call<ask>(manager_, "test/recorder", "wait").status(); });
  ASSERT_TRUE(eventually([&] { return words_.inside == 1; }));
  std::thread second([&] { EXPECT_EQ(status_of([&] { gen_event::which_handlers(manager_); }), PB_E_EXIT); });
  ASSERT_TRUE(eventually([&] { return host_->info(raw(manager_))->queued >= 2; }));
  host_->exit(raw(manager_), {PB_EXIT_KILL, {}});
  words_.open = true;
  client.join();
  second.join();
  EXPECT_TRUE(status == PB_OK || status == PB_E_EXIT) << status;
}

TEST_F(events_test, the_readmes_manager) {
  // README: manager
  const pid orders = gen_event::start({.name = "orders"});
  gen_event::add_handler("orders", "test/audit", {{"start_at", 100}});
  gen_event::notify<order_placed>("orders", 20);
  const std::int64_t total = gen_event::call<turnover>("orders", "test/audit");  // 120
  const std::string last = gen_event::delete_handler("orders", "test/audit");    // {"total":120}
  gen_event::stop(orders);
  // README end
  EXPECT_EQ(total, 120);
  EXPECT_EQ(last, R"({"total":120})");
}

// ---- What is Patchbay's own: a handler is a process slot ----

TEST_F(events_test, a_handler_is_shown_under_its_managers_name) {
  gen_event::add_handler(manager_, "test/recorder");
  gen_event::add_handler(manager_, "test/recorder:x");
  EXPECT_NE(host_->whereis("events/recorder"), 0U);
  const auto seen = host_->info(host_->whereis("events/recorder:x"));
  ASSERT_TRUE(seen);
  EXPECT_EQ(seen->application, "test");
  EXPECT_EQ(seen->module, "recorder");
  gen_event::delete_handler(manager_, "test/recorder:x");
  EXPECT_EQ(host_->whereis("events/recorder:x"), 0U);
}

TEST_F(events_test, what_is_sent_to_a_handlers_own_name_goes_through_the_manager) {
  gen_event::add_handler(manager_, "test/recorder", {{"name", "a"}});
  gen_event::add_handler(manager_, "test/recorder:x");
  EXPECT_EQ(call<ask>("events/recorder", "you"), "a hears you");
  cast<tick>("events/recorder", 4);
  EXPECT_EQ(call<ask>("events/recorder", "remove"), "gone");
  EXPECT_EQ(gen_event::which_handlers(manager_), strings{"test/recorder:x"});
  EXPECT_EQ(seen_by("test/recorder:x"), strings{});
}

TEST_F(events_test, a_handler_that_is_killed_leaves_and_its_supervisor_hears_of_it) {
  const auto owner = static_cast<pid>(host_.spawn("keeper"));
  call<keep>(owner, "add_sup_handler", manager_, "test/recorder", "");
  host_->exit(host_->whereis("events/recorder"), {PB_EXIT_KILL, {}});
  EXPECT_TRUE(eventually([&] { return gen_event::which_handlers(manager_).empty(); }));
  EXPECT_EQ(call<told>(owner), strings{"test/recorder killed"});
}

TEST_F(events_test, a_handlers_module_is_not_started_as_a_process) {
  const auto made = host_.try_spawn("recorder");
  EXPECT_FALSE(made);
  EXPECT_NE(made.failure.why.text.find("add_handler"), std::string::npos);
}

TEST_F(events_test, a_suspended_manager_keeps_everything_for_later) {
  gen_event::add_handler(manager_, "test/recorder");
  host_->run_on(raw(manager_), [](process::process* p) { p->set_suspended(true); });
  gen_event::notify(manager_, tick{1});
  EXPECT_EQ(gen_event::try_call<ask>(with_timeout(manager_, 5ms), "test/recorder", "x").status(), PB_E_TIMEOUT);
  EXPECT_EQ(words_.all(), strings{});
  host_->run_on(raw(manager_), [](process::process* p) { p->set_suspended(false); });
  EXPECT_EQ(seen_by("test/recorder"), strings{"1"});
}

TEST_F(events_test, its_state_shows_its_handlers_and_theirs) {
  gen_event::add_handler(manager_, "test/recorder", {{"name", "a"}});
  const auto state = host_->get_state(raw(manager_), 5s);
  ASSERT_TRUE(state) << state.failure().text;
  EXPECT_NE(state->bytes.find(R"("handler":"test/recorder")"), std::string::npos) << state->bytes;
  EXPECT_NE(state->bytes.find(R"("state":{"name":"a","seen":[]})"), std::string::npos) << state->bytes;
}

TEST_F(events_test, tree_shows_its_handlers_below_it) {
  behaviour::application_options options;
  options.find_module = [this](std::string_view name, std::string_view) { return host_.find(name); };
  behaviour::application_controller applications(*host_, std::move(options));
  behaviour::application bus;
  bus.name = "bus";
  bus.mod_module = "patchbay/gen_event";
  bus.mod_args_json = "{}";
  ASSERT_TRUE(applications.start_all({bus}));
  const auto before = applications.tree(10s);
  ASSERT_EQ(before.at(0).top.size(), 1U);
  const auto manager = static_cast<pid>(before[0].top[0].pid);
  gen_event::add_handler(manager, "test/recorder:x");
  const auto trees = applications.tree(10s);
  ASSERT_EQ(trees.at(0).top.at(0).children.size(), 1U);
  const behaviour::tree_node& shown = trees[0].top[0].children[0];
  EXPECT_EQ(shown.id, "test/recorder:x");
  EXPECT_EQ(shown.application + "/" + shown.module, "test/recorder");
  EXPECT_EQ(shown.name, process::pid_text(static_cast<pb_pid>(manager)) + "/recorder:x");
  applications.stop_all();
  EXPECT_TRUE(eventually([&] { return host_->whereis(shown.name) == 0; }));
}

}  // namespace
}  // namespace patchbay::test
