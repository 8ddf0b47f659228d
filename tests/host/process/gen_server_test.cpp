// OTP.md section 1, gen_server, line by line; each test says a part of it. What stands elsewhere: request_ids_test, call_test, lifecycle_test.
#include "actor.hpp"

namespace patchbay::test {
namespace {

class gen_server_test : public testing::Test, public actors {
 protected:
  static std::string init(const char* how) { return std::string(R"({"init":")") + how + "\"}"; }
  static start_options options(const char* how, const std::string& name = {}) {
    return {.name = name, .args = {{"init", how}}};
  }
  static std::string words(const start_outcome& outcome) {
    return std::string(error_word(outcome.status)) + " " + outcome.reason;
  }
};

TEST_F(gen_server_test, start_is_ok_pid_and_returns_after_init) {
  const pid client = spawn();
  EXPECT_EQ(in(client,
               [this] {
                 const int before = inits;
                 const pid made = start("actor", {.name = "made"});
                 return std::string(inits == before + 1 && whereis("made") == made ? "ok" : "no");
               }),
            "ok");
}

TEST_F(gen_server_test, start_link_links) {
  const pid client = spawn();
  in(client, [] {
    start_link("actor", {.name = "made"});
    return std::string();
  });
  kill(whereis("made"), PB_EXIT_ERROR, "boom");
  EXPECT_TRUE(gone(client));
}

TEST_F(gen_server_test, start_monitor_is_ok_pid_and_mref) {
  const pid client = spawn();
  EXPECT_EQ(in(client,
               [] {
                 const auto made = start_monitor("actor", {.name = "made"});
                 return std::string(whereis("made") == made.process && made.monitor != monitor_ref::none ? "ok" : "no");
               }),
            "ok");
  gen_server::stop("made", shutdown);
  EXPECT_TRUE(told(client, {"DOWN shutdown"}));
}

TEST_F(gen_server_test, ignore_and_errors_of_start_link_and_monitor_alike) {
  const pid client = spawn("client");
  for (const char* how : {"start", "start_link", "start_monitor"}) {
    const auto run = [&](const start_options& chosen) {
      return in(client, [&] {
        const std::string which = how;
        return words(which == "start"        ? try_start("actor", chosen)
                     : which == "start_link" ? try_start_link("actor", chosen)
                                             : try_start_monitor("actor", chosen));
      });
    };
    EXPECT_EQ(run(options("ignore")), "ignore normal");
    EXPECT_EQ(run(options("stop")), "init not today");
    EXPECT_EQ(run(options("error")), "init quietly no");
    EXPECT_EQ(run(options("throw")), "init init failed on purpose");
    EXPECT_EQ(run(options("ok", "client")), "already_started {already_started, " + to_text(client) + "}");
  }
  // Neither an exit signal nor a DOWN came besides.
  EXPECT_EQ(in(client, [] { return std::string("lives"); }), "lives");
  EXPECT_EQ(told(client), std::vector<std::string>{});
}

// proc_lib's ack comes before what init asked for.
TEST_F(gen_server_test, start_returns_before_the_continue_of_init_runs) {
  const pid made = spawn("made", init("hold_after"));
  ASSERT_TRUE(eventually([this] { return holding == 1; }));
  cast(made, remark{"first"});
  EXPECT_EQ(try_call<told_so_far>(callee(made, 20ms)).status(), PB_E_TIMEOUT)
      << "the continue comes before any message";
  let_go = true;
  EXPECT_TRUE(told(made, {"held", "cast first"}));
}

TEST_F(gen_server_test, a_continue_that_stops_is_an_end_and_no_failed_start) {
  const pid client = spawn();
  EXPECT_EQ(in(client,
               [] {
                 const auto made = try_start_monitor("actor", options("stop_after", "brief"));
                 return std::string(error_word(made.status)) + (made.process != pid::nobody ? " pid" : " none");
               }),
            "ok pid");
  EXPECT_TRUE(told(client, {"DOWN stop"}));
  EXPECT_EQ(terminated, 1);
  EXPECT_EQ(whereis("brief"), pid::nobody);
}

TEST_F(gen_server_test, an_end_before_the_continue_of_init_drops_it) {
  const pid made = spawn("made", init("hold_after"));
  ASSERT_TRUE(eventually([this] { return holding == 1; }));
  kill(made);
  let_go = true;
  EXPECT_TRUE(gone(made));
  EXPECT_EQ(host_.group().gate().flights(), 0U);
}

// Who starts one without a link is no parent: its exit is a message as anybody's.
TEST_F(gen_server_test, an_exit_of_who_started_it_without_a_link_reaches_handle_info) {
  const pid client = spawn();
  in(client, [] {
    start("actor", {.name = "made"});
    return std::string();
  });
  const pid made = whereis("made");
  in(made, [] {
    trap_exit(true);
    return std::string();
  });
  in(client, [made] {
    exit(made, exit_reason("go"));
    return std::string();
  });
  EXPECT_TRUE(told(made, {"EXIT go"}));
}

TEST_F(gen_server_test, an_init_that_stops_in_good_order_is_not_reported) {
  EXPECT_FALSE(host_.try_spawn("actor", "name", init("shutdown")));
  EXPECT_FALSE(host_.logged("crash_report"));
  EXPECT_FALSE(host_.try_spawn("actor", "name", init("stop")));
  EXPECT_TRUE(host_.logged("crash_report"));
}

TEST_F(gen_server_test, error_already_started_has_the_pid) {
  const pid first = spawn("one");
  EXPECT_EQ(in(spawn(), [] { return to_text(try_start("actor", {.name = "one"}).process); }), to_text(first));
}

TEST_F(gen_server_test, timeout_is_infinity_by_default_and_kills) {
  EXPECT_EQ(start_options{}.timeout, infinity);
  const pid client = spawn();
  for (const char* how : {"start", "start_link", "start_monitor"}) {
    EXPECT_EQ(in(client,
                 [&] {
                   const std::string which = how;
                   start_options late = options("slow", "late");
                   late.timeout = 5ms;
                   const auto outcome = which == "start"        ? try_start("actor", late)
                                        : which == "start_link" ? try_start_link("actor", late)
                                                                : try_start_monitor("actor", late);
                   return std::string(error_word(outcome.status)) +
                          (whereis("late") == pid::nobody ? " free" : " taken");
                 }),
              "timeout free");
  }
  EXPECT_EQ(terminated, 0);
  EXPECT_EQ(told(client), std::vector<std::string>{});
  EXPECT_EQ(host_.group().resident_count(), 1U);
}

// The process has to be gone and its name free before start returns, not soon after.
TEST_F(gen_server_test, on_failure_the_process_is_gone_and_its_name_free_first) {
  for (int round = 0; round < 50; ++round) {
    for (const char* how : {"stop", "error", "ignore", "throw"}) {
      EXPECT_FALSE(host_.try_spawn("actor", "name", init(how))) << how;
      EXPECT_EQ(whereis("name"), pid::nobody) << how;
      EXPECT_EQ(host_.group().resident_count(), 0U) << how;
    }
  }
}

TEST_F(gen_server_test, init_stop_is_a_crash_report_and_error_is_silent) {
  host_.try_spawn("actor", {}, init("error"));
  EXPECT_FALSE(host_.logged("quietly no"));
  host_.try_spawn("actor", {}, init("stop"));
  EXPECT_TRUE(host_.logged("not today"));
}

TEST_F(gen_server_test, call_is_5000_ms_by_default) { EXPECT_EQ(callee("x").timeout, 5000ms); }

TEST_F(gen_server_test, the_callers_reason_is_noproc_timeout_calling_self_normal_shutdown_or_an_error) {
  const pid client = spawn();
  const auto ask = [&](const pid& server, std::chrono::milliseconds limit) {
    return in(client, [=] {
      const auto outcome = try_call<ask_slow>(callee(server, limit), 1, true);
      return std::string(error_word(outcome.status())) + " " + outcome.reason();
    });
  };
  const pid server = spawn();
  EXPECT_EQ(ask(server, 5ms), "timeout ");
  EXPECT_EQ(ask(client, 5s), "calling_self ");
  const auto ends = [&](std::uint32_t how, const std::string& text, bool orderly) {
    const pid victim = spawn();
    std::thread ender([&] {
      ASSERT_TRUE(eventually([&] { return host_->info(static_cast<pb_pid>(victim))->handled == 1; }));
      if (orderly) {
        gen_server::stop(victim, exit_reason(static_cast<exit_word>(how), text));
      } else {
        kill(victim, how, text);
      }
    });
    const auto answer = ask(victim, 10s);
    ender.join();
    return answer;
  };
  EXPECT_EQ(ends(PB_EXIT_NORMAL, {}, true), "exit normal");
  EXPECT_EQ(ends(PB_EXIT_SHUTDOWN, {}, true), "exit shutdown");
  EXPECT_EQ(ends(PB_EXIT_SHUTDOWN, "moved", true), "exit {shutdown, moved}");
  EXPECT_EQ(ends(PB_EXIT_ERROR, "boom", false), "exit boom");
  EXPECT_EQ(ends(PB_EXIT_KILL, {}, false), "exit killed");
  kill(server);
  ASSERT_TRUE(gone(server));
  EXPECT_EQ(ask(server, 5s), "noproc ");
}

// {Reason,{gen_server,call,Args}}: the text that ends who does not catch it.
TEST_F(gen_server_test, the_caller_exits_with_reason_and_what_it_called) {
  const pid watcher = spawn();
  int ended = 0;
  const auto reason = [&](const callee& to, const std::function<void(pid)>& meanwhile = {}) {
    const pid client = spawn("client" + std::to_string(++ended));
    in(watcher, [client] {
      monitor(client);
      return std::string();
    });
    later(client, [to] {
      try {
        call<ask_slow>(to, 1, true);
      } catch (const call_error& failed) {
        throw std::runtime_error(failed.what());
      }
      return std::string();
    });
    if (meanwhile) meanwhile(client);
    EXPECT_TRUE(eventually([&] { return told(watcher).size() == static_cast<std::size_t>(ended); }));
    return told(watcher).back();
  };
  const std::string what = "call of test/actor.ask_slow to ";
  EXPECT_EQ(reason("nobody"), "DOWN noproc: " + what + "nobody");
  EXPECT_EQ(reason("client2"), "DOWN calling_self: " + what + "client2");
  const pid busy = spawn("busy");
  EXPECT_EQ(reason({busy, 5ms}), "DOWN timeout: " + what + to_text(busy));
  const auto ends_by = [&](const std::function<void(pid)>& end) {
    const pid server = spawn();
    const auto why = reason({server, 10s}, [&](pid) {
      ASSERT_TRUE(eventually([&] { return host_->info(static_cast<pb_pid>(server))->handled == 1; }));
      end(server);
    });
    const auto prefix = "DOWN exit: " + what + to_text(server) + ": ";
    return why.starts_with(prefix) ? why.substr(prefix.size()) : why;
  };
  EXPECT_EQ(ends_by([](pid server) { gen_server::stop(server); }), "normal");
  EXPECT_EQ(ends_by([](pid server) { gen_server::stop(server, shutdown); }), "shutdown");
  EXPECT_EQ(ends_by([](pid server) { gen_server::stop(server, {shutdown, "moved"}); }), "{shutdown, moved}");
  EXPECT_EQ(ends_by([this](pid server) { kill(server, PB_EXIT_ERROR, "boom"); }), "boom");
  EXPECT_EQ(ends_by([this](pid server) { kill(server); }), "killed");
}

TEST_F(gen_server_test, late_replies_are_dropped) {
  const pid server = spawn();
  const pid client = spawn();
  EXPECT_EQ(in(client,
               [server] {
                 const auto first = try_call<ask_slow>(callee(server, 5ms), 1).status();
                 call<open_gate>(server);  // answers the one that nobody waits for any more
                 return std::string(error_word(first));
               }),
            "timeout");
  cast<remark>(client, "last");
  EXPECT_EQ(told(client), (std::vector<std::string>{"cast last"}));
}

TEST_F(gen_server_test, cast_to_nobody_is_ok) {
  EXPECT_NO_THROW(cast<remark>("nobody", "x"));
  const pid server = spawn();
  kill(server);
  ASSERT_TRUE(gone(server));
  EXPECT_NO_THROW(cast<remark>(server, "x"));
}

TEST_F(gen_server_test, reply_from_any_process_or_thread) {
  const pid server = spawn();
  std::thread caller([server] { EXPECT_EQ(call<ask_slow>(server, 7), 7); });
  ASSERT_TRUE(eventually([&] { return host_->info(static_cast<pb_pid>(server))->handled == 1; }));
  EXPECT_EQ(call<open_gate>(server), 1);
  caller.join();
}

TEST_F(gen_server_test, stop_is_normal_and_infinity_and_exits_noproc_or_timeout) {
  const pid server = spawn("server");
  const pid watcher = spawn();
  in(watcher, [server] {
    monitor(server);
    return std::string();
  });
  gen_server::stop("server");
  EXPECT_TRUE(told(watcher, {"DOWN normal"}));
  EXPECT_EQ(terminated, 1);
  const auto fails = [](const target& to, std::chrono::milliseconds limit) {
    try {
      gen_server::stop(to, normal, limit);
    } catch (const status_error& failed) {
      return std::string(error_word(failed.status()));
    }
    return std::string("ok");
  };
  EXPECT_EQ(fails("server", infinity), "noproc");
  const pid busy = spawn();
  std::atomic<bool> entered{false};
  later(busy, [&] {
    entered = true;
    while (!let_go) std::this_thread::yield();
    return std::string();
  });
  ASSERT_TRUE(eventually([&] { return entered.load(); }));
  EXPECT_EQ(fails(busy, 5ms), "timeout");
  let_go = true;
  EXPECT_TRUE(gone(busy));
}

TEST_F(gen_server_test, stop_of_one_that_ends_otherwise_is_that_reason) {
  const pid server = spawn();
  std::atomic<bool> entered{false};
  later(server, [&] {
    entered = true;
    while (!let_go) std::this_thread::yield();
    throw std::runtime_error("boom");
    return std::string();
  });
  ASSERT_TRUE(eventually([&] { return entered.load(); }));
  std::thread stopper([&] {
    try {
      gen_server::stop(server);
      ADD_FAILURE();
    } catch (const status_error& failed) {
      EXPECT_EQ(failed.status(), PB_E_EXIT);
      EXPECT_EQ(failed.reason(), "boom");
    }
  });
  ASSERT_TRUE(eventually([&] { return host_->info(static_cast<pb_pid>(server))->queued >= 2; }));
  let_go = true;
  stopper.join();
}

TEST_F(gen_server_test, terminate_runs_on_stop_and_exception_not_on_kill) {
  gen_server::stop(spawn());
  EXPECT_EQ(terminated, 1);
  const pid throws = spawn();
  later(throws, []() -> std::string { throw std::runtime_error("boom"); });
  ASSERT_TRUE(gone(throws));
  EXPECT_TRUE(eventually([this] { return terminated == 2; }));
  const pid killed = spawn();
  kill(killed);
  ASSERT_TRUE(gone(killed));
  EXPECT_TRUE(eventually([this] { return host_.group().resident_count() == 0; }));
  EXPECT_EQ(terminated, 2);
}

TEST_F(gen_server_test, parent_exit_while_trapping_exits_runs_terminate_and_never_reaches_handle_info) {
  const pid parent = spawn();
  in(parent, [] {
    start_link("actor", {.name = "child"});
    return std::string();
  });
  const pid child = whereis("child");
  in(child, [] {
    trap_exit(true);
    return std::string();
  });
  const pid watcher = spawn();
  in(watcher, [child] {
    monitor(child);
    return std::string();
  });
  gen_server::stop(parent, shutdown);
  EXPECT_TRUE(told(watcher, {"DOWN shutdown"}));
  EXPECT_EQ(terminated, 2);
}

TEST_F(gen_server_test, parent_shutdown_when_not_trapping_runs_no_terminate) {
  const pid parent = spawn();
  in(parent, [] {
    start_link("actor", {.name = "child"});
    return std::string();
  });
  const pid child = whereis("child");
  gen_server::stop(parent, shutdown);
  ASSERT_TRUE(gone(child));
  EXPECT_TRUE(eventually([this] { return host_.group().resident_count() == 0; }));
  EXPECT_EQ(terminated, 1);
}

TEST_F(gen_server_test, reasons_normal_shutdown_and_shutdown_with_a_term_log_nothing) {
  gen_server::stop(spawn());
  gen_server::stop(spawn(), shutdown);
  gen_server::stop(spawn(), {shutdown, "moved"});
  EXPECT_FALSE(host_.logged("terminat"));
  gen_server::stop(spawn(), exit_reason("boom"));
  EXPECT_TRUE(host_.logged("boom"));
}

}  // namespace
}  // namespace patchbay::test
