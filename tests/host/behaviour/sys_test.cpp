// OTP.md section 4, first line: suspend, resume, get_state, replace_state, get_status, terminate; each test says a part of it.
#include "sys_server.hpp"

#include <nlohmann/json.hpp>

namespace patchbay::test {
namespace {

using nlohmann::json;

TEST_F(sys_test, suspended_queues_everything) {
  start();
  sys::suspend("w");
  send_note("one");
  send_note("two");
  EXPECT_EQ(try_call<bump>(with_timeout("w", 20ms), 1).status(), PB_E_TIMEOUT);
  EXPECT_EQ(sys::get_state<watched_state>("w").notes.size(), 0U);
  sys::resume("w");
  EXPECT_EQ(sys::get_state<watched_state>("w").notes, (std::vector<std::string>{"one", "two"}));
  EXPECT_EQ(sys::get_state<watched_state>("w").total, 1) << "the call was handled, its late reply dropped";
}

TEST_F(sys_test, suspend_and_resume_are_idempotent_and_not_counted) {
  start();
  sys::resume("w");
  sys::suspend("w");
  sys::suspend("w");
  sys::resume("w");
  EXPECT_EQ(bump_by(2), 2);
}

TEST_F(sys_test, a_call_to_a_suspended_server_waits_for_resume) {
  start();
  sys::suspend("w");
  std::thread caller([&] { EXPECT_EQ(bump_by(3), 3); });
  EXPECT_TRUE(eventually([&] { return host->info(host->whereis("w"))->queued == 1; }));
  sys::resume("w");
  caller.join();
}

TEST_F(sys_test, what_was_queued_before_resume_goes_before_what_comes_after) {
  start();
  sys::suspend("w");
  for (int i = 0; i < 100; ++i) send_note(std::to_string(i));
  sys::resume("w");
  for (int i = 100; i < 200; ++i) send_note(std::to_string(i));
  const auto notes = sys::get_state<watched_state>("w").notes;
  ASSERT_EQ(notes.size(), 200U);
  for (std::size_t i = 0; i < notes.size(); ++i) EXPECT_EQ(notes[i], std::to_string(i));
}

TEST_F(sys_test, suspended_serves_system_messages) {
  start();
  sys::suspend("w");
  EXPECT_EQ(json::parse(sys::get_status("w"))["status"], "suspended");
  EXPECT_EQ(sys::get_state<watched_state>("w").total, 0);
  sys::statistics("w", true);
  EXPECT_TRUE(json::parse(sys::statistics("w", sys::get)).is_object());
  sys::terminate("w", shutdown);
  EXPECT_TRUE(eventually([&] { return whereis("w") == pid::nobody; }));
}

TEST_F(sys_test, suspended_serves_the_exit_of_its_parent_only) {
  const pb_pid parent = host.spawn("watched", "parent");
  process::spawn_request request;
  request.find_module = [this] { return host.find("trapping"); };
  request.name = "w";
  request.parent = parent;
  ASSERT_TRUE(host->spawn(request));
  sys::suspend("w");
  const pb_pid other = host.spawn("watched");
  host->exit(host->whereis("w"), process::reason::failure("from nobody it knows"));
  EXPECT_EQ(json::parse(sys::get_status("w"))["status"], "suspended");
  EXPECT_TRUE(host->alive(other));
  // As its parent would send it.
  ASSERT_EQ(
      host->run_on(parent, [&](process::process*) { host->exit(host->whereis("w"), process::reason::shutdown()); }),
      PB_OK);
  EXPECT_TRUE(eventually([&] { return whereis("w") == pid::nobody; }));
}

TEST_F(sys_test, all_are_timeout_after_5000_ms_by_default_noproc_and_calling_self) {
  EXPECT_EQ(sys::default_timeout, 5000ms);
  EXPECT_EQ(behaviour::sys::default_timeout, 5000ms);
  EXPECT_EQ(ask(PB_SYS_SUSPEND), "noproc");
  const pb_pid server = start();
  process::asked self;
  std::atomic<bool> over{false};
  host->run_on(server, [&](process::process* p) {
    self = host.sys().request(p->pid(), PB_SYS_GET_STATUS, "");
    over = true;
  });
  EXPECT_TRUE(eventually([&] { return over.load(); }));
  EXPECT_EQ(self.status, PB_E_CALLING_SELF);
}

// {timeout,{sys,F,Args}}, of each function at its own limit; what was asked is done all the same once its turn comes.
TEST_F(sys_test, each_function_waits_as_long_as_it_is_told_and_says_which_it_was) {
  const pb_pid server = start();
  sys::install("w", "counts", [](pid, std::string_view) { return true; });
  std::atomic<bool> entered{false};
  std::atomic<bool> go{false};
  host->run_on(server, [&](process::process*) {
    entered = true;
    while (!go) std::this_thread::yield();
  });
  ASSERT_TRUE(eventually([&] { return entered.load(); }));
  using limit = std::chrono::milliseconds;
  const std::vector<std::pair<std::string, std::function<void(limit)>>> functions{
      {"suspend", [](limit ms) { sys::suspend("w", ms); }},
      {"resume", [](limit ms) { sys::resume("w", ms); }},
      {"get_state", [](limit ms) { sys::get_state("w", ms); }},
      {"get_state", [](limit ms) { sys::get_state<watched_state>("w", ms); }},
      {"replace_state", [](limit ms) { sys::replace_state("w", "{}", ms); }},
      {"replace_state",
       [](limit ms) {
         sys::replace_state<watched_state>(
             "w",
             [](watched_state s) {
               s.total = 5;
               return s;
             },
             ms);
       }},
      {"get_status", [](limit ms) { sys::get_status("w", ms); }},
      {"trace", [](limit ms) { sys::trace("w", true, ms); }},
      {"log", [](limit ms) { sys::log("w", true, ms); }},
      {"log", [](limit ms) { sys::log("w", sys::get, ms); }},
      {"log", [](limit ms) { sys::log("w", sys::print, ms); }},
      {"log_to_file", [](limit ms) { sys::log_to_file("w", nullptr, ms); }},
      {"statistics", [](limit ms) { sys::statistics("w", true, ms); }},
      {"statistics", [](limit ms) { sys::statistics("w", sys::get, ms); }},
      {"install",
       [](limit ms) {
         sys::install(
             "w", "more", [](pid, std::string_view) { return true; }, ms);
       }},
      {"remove", [](limit ms) { sys::remove("w", "counts", ms); }},
      {"no_debug", [](limit ms) { sys::no_debug("w", ms); }},
      {"change_code", [](limit ms) { sys::change_code("w", ms); }},
      {"terminate", [](limit ms) { sys::terminate("w", shutdown, ms); }},
  };
  for (const auto& [name, function] : functions) {
    const auto begun = std::chrono::steady_clock::now();
    try {
      function(10ms);
      ADD_FAILURE() << name << ": it was busy";
    } catch (const status_error& failure) {
      EXPECT_EQ(failure.status(), PB_E_TIMEOUT) << name;
      EXPECT_TRUE(std::string(failure.what()).starts_with("timeout: sys:" + name + " of w")) << failure.what();
    }
    const auto took = std::chrono::steady_clock::now() - begun;
    EXPECT_GE(took, 10ms) << name;
    EXPECT_LT(took, sys::default_timeout) << name;
  }
  EXPECT_TRUE(host->alive(server));
  go = true;
  EXPECT_TRUE(eventually([&] { return !host->alive(server); })) << "it was told to terminate";
}

TEST_F(sys_test, ten_casts_and_then_get_state_sees_ten) {
  start();
  for (int i = 0; i < 10; ++i) send_note("x");
  EXPECT_EQ(sys::get_state<watched_state>("w").notes.size(), 10U);
}

TEST_F(sys_test, get_state_is_the_state_and_get_status_is_what_format_status_makes) {
  start("shown");
  bump_by(5);
  EXPECT_EQ(json::parse(sys::get_state("w"))["notes"], json::array());
  const json status = json::parse(sys::get_status("w"));
  EXPECT_EQ(status["state"], (json{{"total", 5}}));
  EXPECT_EQ(status["module"], "shown");
  EXPECT_EQ(status["behaviour"], "gen_server");
  EXPECT_EQ(status["status"], "running");
  EXPECT_EQ(status["name"], "w");
  EXPECT_EQ(status["debug"], json::array());
}

TEST_F(sys_test, a_format_status_that_crashes_hides_the_state) {
  start("hidden");
  EXPECT_EQ(json::parse(sys::get_status("w"))["state"], "(not shown: format_status failed: cannot show)");
  EXPECT_EQ(json::parse(sys::get_state("w"))["total"], 0);
}

TEST_F(sys_test, secrets_are_stars_in_get_state_and_get_status) {
  start();
  for (const json& seen : {json::parse(sys::get_state("w")), json::parse(sys::get_status("w"))["state"]}) {
    EXPECT_EQ(seen["token"], "***");
    EXPECT_EQ(seen["password"], "***");
  }
  EXPECT_EQ(sys::get_state<watched_state>("w").token.value, "s3cret") << "code gets the state as it is";
}

TEST_F(sys_test, replace_state_by_a_function_answers_the_new_state) {
  start();
  bump_by(4);
  const auto made = sys::replace_state<watched_state>("w", [](watched_state s) {
    s.total *= 10;
    return s;
  });
  EXPECT_EQ(made.total, 40);
  EXPECT_EQ(bump_by(1), 41);
}

TEST_F(sys_test, replace_state_by_json_keeps_the_secrets_that_it_was_shown_without) {
  start();
  json state = json::parse(sys::get_state("w"));
  state["total"] = 7;
  EXPECT_EQ(json::parse(sys::replace_state("w", state.dump())), state);
  const auto now = sys::get_state<watched_state>("w");
  EXPECT_EQ(now.total, 7);
  EXPECT_EQ(now.token.value, "s3cret");
  EXPECT_EQ(now.password, "hunter2");
}

TEST_F(sys_test, replace_state_failing_is_callback_failed_and_the_state_is_kept) {
  start();
  bump_by(4);
  try {
    sys::replace_state<watched_state>("w",
                                      [](const watched_state&) -> watched_state { throw std::runtime_error("no"); });
    ADD_FAILURE() << "it threw";
  } catch (const status_error& failure) {
    EXPECT_EQ(failure.status(), PB_E_CALLBACK_FAILED);
    EXPECT_NE(std::string(failure.what()).find("callback_failed"), std::string::npos) << failure.what();
    EXPECT_NE(std::string(failure.what()).find("no"), std::string::npos) << failure.what();
  }
  EXPECT_EQ(ask(PB_SYS_REPLACE_STATE, R"({"total":1})"), "callback_failed");
  EXPECT_EQ(ask(PB_SYS_REPLACE_STATE, "nonsense"), "callback_failed");
  EXPECT_EQ(bump_by(1), 5);
}

TEST_F(sys_test, change_code_when_running_is_unknown_system_msg) {
  start();
  EXPECT_EQ(ask(PB_SYS_CHANGE_CODE), "unknown_system_msg");
  EXPECT_EQ(bump_by(1), 1);
}

TEST_F(sys_test, terminate_ends_it_with_that_reason) {
  const pb_pid server = start();
  std::thread end([&] {
    const auto why = host->wait_for_end(server, 5s);
    ASSERT_TRUE(why);
    EXPECT_EQ(why->words(), "{shutdown, moved}");
  });
  EXPECT_TRUE(eventually([&] { return host->alive(server); }));
  // Its watcher is there once the process has a tie to it.
  EXPECT_TRUE(eventually([&] {
    std::atomic<int> watchers{-1};
    host->run_on(server, [&](process::process* p) {
      watchers = p == nullptr || p->ties_if_any() == nullptr ? 0 : static_cast<int>(p->ties_if_any()->watchers.size());
    });
    while (watchers == -1) std::this_thread::yield();
    return watchers == 1;
  }));
  sys::terminate("w", exit_reason(shutdown, "moved"));
  end.join();
}

// Section 1: any message cancels the idle timeout; a system message restarts it in full.
TEST_F(sys_test, a_system_message_restarts_the_idle_timeout_in_full) {
  const pb_pid server = start("idler");
  const auto began = std::chrono::steady_clock::now();
  cast<wait_idle>("w", 300);
  auto last = began;
  while (last - began < 700ms) {
    const auto notes = sys::get_state<watched_state>("w").notes;
    const auto now = std::chrono::steady_clock::now();
    if (now - last > 150ms) break;  // the machine is too busy to tell
    EXPECT_TRUE(notes.empty());
    last = now;
  }
  // Looked at from outside: a system message would begin the wait anew.
  const auto handled = [&] { return host->info(server)->handled; };
  ASSERT_TRUE(eventually([&] { return host->info(server)->queued == 0; }));  // the last look is counted
  const auto before = handled();
  EXPECT_TRUE(eventually([&] { return handled() > before; }));
  EXPECT_EQ(sys::get_state<watched_state>("w").notes.size(), 1U);
}

TEST_F(sys_test, an_idle_timeout_that_passed_while_suspended_begins_anew_at_resume) {
  const pb_pid server = start("idler");
  const pb_pid other = host.spawn("idler", "other");
  const auto handled = [&](pb_pid whom) { return host->info(whom)->handled; };
  // The suspend waits in the mailbox before the timeout begins to run, so that it is handled before it.
  std::atomic<bool> go{false};
  host->run_on(server, [&](process::process*) {
    while (!go) std::this_thread::yield();
  });
  cast<wait_idle>("w", 100);
  std::thread suspends([] { sys::suspend("w"); });
  EXPECT_TRUE(eventually([&] { return host->info(server)->queued >= 3; }));
  go = true;
  suspends.join();
  // Another one's timeout, which ends later, has come: so would this one's have.
  cast<wait_idle>("other", 200);
  ASSERT_TRUE(eventually([&] { return handled(other) >= 2; }));
  EXPECT_EQ(sys::get_state<watched_state>("w").notes.size(), 0U);
  ASSERT_TRUE(eventually([&] { return host->info(server)->queued == 0; }));  // the last look is counted
  const auto before = handled(server);
  sys::resume("w");
  // The resume itself, and the timeout.
  ASSERT_TRUE(eventually([&] { return handled(server) >= before + 2; }));
  EXPECT_EQ(sys::get_state<watched_state>("w").notes.size(), 1U);
}

TEST_F(sys_test, what_is_no_request_is_refused_in_words) {
  start();
  EXPECT_EQ(ask(99), "unknown_system_msg");
  EXPECT_EQ(ask(PB_SYS_TRACE, "3"), "badarg");
  EXPECT_EQ(ask(PB_SYS_LOG, "\"often\""), "badarg");
  EXPECT_EQ(ask(PB_SYS_LOG_TO_FILE, "\"/nowhere/at/all\""), "badarg");
}

}  // namespace
}  // namespace patchbay::test
