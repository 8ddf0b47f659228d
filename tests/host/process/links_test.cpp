// OTP.md section 3, processes, line by line; each test says a part of it. Groups: pg_test; via: registry_test.
#include "actor.hpp"

namespace patchbay::test {
namespace {

class links_test : public testing::Test, public actors {
 protected:
  /// The monitor's number.
  std::string watch(pid who, target whom) {
    return in(who, [whom] { return std::to_string(static_cast<std::uint64_t>(monitor(whom))); });
  }
  std::string tie(pid who, pid whom, bool trap = false) {
    return in(who, [=] {
      if (trap) trap_exit(true);
      link(whom);
      return std::string("ok");
    });
  }
};

TEST_F(links_test, link_to_the_dead_is_a_signal_noproc) {
  const pid dead = spawn();
  kill(dead);
  ASSERT_TRUE(gone(dead));
  const pid trapping = spawn();
  tie(trapping, dead, true);
  EXPECT_TRUE(told(trapping, {"EXIT noproc"}));
  const pid plain = spawn();
  const pid watcher = spawn();
  watch(watcher, plain);
  tie(plain, dead);
  EXPECT_TRUE(told(watcher, {"DOWN noproc"}));
}

TEST_F(links_test, normal_is_ignored_unless_trapping) {
  const pid plain = spawn();
  const pid trapping = spawn();
  const pid other = spawn();
  tie(plain, other);
  tie(trapping, other, true);
  gen_server::stop(other);
  EXPECT_TRUE(told(trapping, {"EXIT normal"}));
  EXPECT_EQ(told(plain), std::vector<std::string>{});
}

TEST_F(links_test, any_other_reason_ends_the_linked_process_with_it) {
  const pid plain = spawn();
  const pid other = spawn();
  const pid watcher = spawn();
  watch(watcher, plain);
  tie(plain, other);
  kill(other, PB_EXIT_ERROR, "boom");
  EXPECT_TRUE(told(watcher, {"DOWN boom"}));
}

TEST_F(links_test, kill_is_untrappable_and_seen_as_killed) {
  const pid victim = spawn();
  in(victim, [] {
    trap_exit(true);
    return std::string();
  });
  const pid linked = spawn();
  const pid watcher = spawn();
  tie(linked, victim, true);
  watch(watcher, victim);
  kill(victim);
  EXPECT_TRUE(told(watcher, {"DOWN killed"}));
  EXPECT_TRUE(told(linked, {"EXIT killed"}));
}

// A link passes on killed, which is a reason like any other: it can be trapped, and ends who does not trap with killed.
TEST_F(links_test, killed_that_comes_over_a_link_is_no_kill) {
  const pid a = spawn();
  const pid b = spawn();
  const pid c = spawn();
  tie(b, a);
  tie(c, b, true);
  kill(a);
  EXPECT_TRUE(told(c, {"EXIT killed"}));
}

TEST_F(links_test, trapping_turns_signals_into_exit_messages) {
  const pid trapping = spawn();
  in(trapping, [] {
    trap_exit(true);
    return std::string();
  });
  const pid other = spawn();
  in(other, [trapping] {
    exit(trapping, exit_reason("one"));
    exit(trapping, shutdown);
    exit(trapping, {shutdown, "why"});
    return std::string();
  });
  EXPECT_TRUE(told(trapping, {"EXIT one", "EXIT shutdown", "EXIT {shutdown, why}"}));
  in(trapping, [] { return std::string(trap_exit(false) ? "was on" : "was off"); });
  kill(trapping, PB_EXIT_ERROR, "last");
  EXPECT_TRUE(gone(trapping));
}

TEST_F(links_test, unlink_takes_a_link_back_on_both_sides) {
  const pid a = spawn();
  const pid b = spawn();
  tie(a, b);
  in(a, [b] {
    unlink(b);
    return std::string();
  });
  kill(b, PB_EXIT_ERROR, "boom");
  ASSERT_TRUE(gone(b));
  EXPECT_EQ(in(a, [] { return std::string("lives"); }), "lives");
  const pid c = spawn();
  tie(a, c);
  in(a, [c] {
    unlink(c);
    return std::string();
  });
  kill(a, PB_EXIT_ERROR, "boom");
  ASSERT_TRUE(gone(a));
  EXPECT_EQ(in(c, [] { return std::string("lives"); }), "lives");
}

TEST_F(links_test, monitor_is_a_down_with_ref_pid_and_reason) {
  const pid watcher = spawn();
  for (const auto& [how, text, seen] :
       std::vector<std::tuple<std::uint32_t, std::string, std::string>>{{PB_EXIT_ERROR, "boom", "DOWN boom"},
                                                                        {PB_EXIT_SHUTDOWN, "", "DOWN shutdown"},
                                                                        {PB_EXIT_KILL, "", "DOWN killed"}}) {
    const pid other = spawn();
    const auto before = told(watcher).size();
    watch(watcher, other);
    kill(other, how, text);
    ASSERT_TRUE(eventually([&] { return told(watcher).size() == before + 1; }));
    EXPECT_EQ(told(watcher).back(), seen);
  }
}

// Two monitors of one process, and one of another: each 'DOWN' says which, and of whom.
TEST_F(links_test, a_down_has_the_ref_of_its_own_monitor_and_the_pid_that_it_is_of) {
  const pid watcher = spawn();
  const pid one = spawn();
  const pid two = spawn("two");
  const auto first = watch(watcher, one);
  const auto second = watch(watcher, one);
  const auto by_name = watch(watcher, "two");
  kill(two);
  ASSERT_TRUE(told(watcher, {"DOWN killed"}));
  EXPECT_EQ(downs(watcher), (std::vector<std::string>{by_name + " " + to_text(two)}));
  kill(one);
  ASSERT_TRUE(told(watcher, {"DOWN killed", "DOWN killed", "DOWN killed"}));
  auto of_one = downs(watcher);
  of_one.erase(of_one.begin());
  std::sort(of_one.begin(), of_one.end());
  std::vector<std::string> expected{first + " " + to_text(one), second + " " + to_text(one)};
  std::sort(expected.begin(), expected.end());
  EXPECT_EQ(of_one, expected);
  // Of who is dead already, and of a name that is nobody's.
  const auto dead = watch(watcher, one);
  const auto nobody = watch(watcher, "nobody");
  ASSERT_TRUE(eventually([&] { return downs(watcher).size() == 5; }));
  EXPECT_EQ(downs(watcher)[3], dead + " " + to_text(one));
  EXPECT_EQ(downs(watcher)[4], nobody + " " + to_text(pid::nobody));
}

TEST_F(links_test, monitor_of_the_dead_or_an_unknown_name_is_a_down_noproc) {
  const pid watcher = spawn();
  const pid dead = spawn();
  kill(dead);
  ASSERT_TRUE(gone(dead));
  watch(watcher, dead);
  watch(watcher, "nobody");
  EXPECT_TRUE(told(watcher, {"DOWN noproc", "DOWN noproc"}));
}

TEST_F(links_test, each_monitor_is_one_down) {
  const pid watcher = spawn();
  const pid other = spawn();
  watch(watcher, other);
  watch(watcher, other);
  kill(other);
  EXPECT_TRUE(told(watcher, {"DOWN killed", "DOWN killed"}));
}

TEST_F(links_test, demonitor_flush_no_down_after_it) {
  const pid watcher = spawn();
  const pid other = spawn();
  EXPECT_EQ(in(watcher,
               [this, other] {
                 const auto ref = monitor(other);
                 const auto kept = monitor(other);
                 kill(other);
                 // Both DOWNs wait in the mailbox, or are on their way, when the monitor is taken back.
                 eventually([&] { return !host_->alive(static_cast<pb_pid>(other)); });
                 demonitor(ref);
                 return std::string(ref == kept ? "same" : "two refs");
               }),
            "two refs");
  EXPECT_TRUE(told(watcher, {"DOWN killed"}));
}

TEST_F(links_test, aliases_a_reply_after_the_timeout_is_no_message) {
  const pid server = spawn();
  const pid client = spawn();
  in(client, [server] {
    (void)try_call<ask_slow>(callee(server, 5ms), 1);
    return std::string();
  });
  call<open_gate>(server);
  cast<remark>(client, "last");
  EXPECT_EQ(told(client), (std::vector<std::string>{"cast last"}));
}

// Messages, replies, exit signals, DOWN and system messages from one process to another.
TEST_F(links_test, signals_are_ordered_per_sender_and_receiver) {
  const pid sender = spawn();
  for (int round = 0; round < 30; ++round) {
    const pid receiver = spawn();
    in(receiver, [] {
      trap_exit(true);
      return std::string();
    });
    in(sender, [receiver] {
      for (int i = 0; i < 5; ++i) {
        cast<remark>(receiver, std::to_string(i));
        send<remark>(receiver, std::to_string(i));
        exit(receiver, exit_reason("exit " + std::to_string(i)));
      }
      return std::string();
    });
    std::vector<std::string> expected;
    for (int i = 0; i < 5; ++i) {
      for (const char* kind : {"cast ", "info ", "EXIT exit "}) expected.push_back(kind + std::to_string(i));
    }
    ASSERT_TRUE(told(receiver, expected));
  }
}

TEST_F(links_test, what_was_sent_before_the_end_comes_before_the_down) {
  for (int round = 0; round < 30; ++round) {
    const pid receiver = spawn();
    const pid sender = spawn();
    watch(receiver, sender);
    later(sender, [receiver]() -> std::string {
      cast<remark>(receiver, "one");
      cast<remark>(receiver, "two");
      throw std::runtime_error("done");
    });
    ASSERT_TRUE(told(receiver, {"cast one", "cast two", "DOWN done"}));
  }
}

TEST_F(links_test, register_is_badarg_if_taken) {
  const pid a = spawn();
  const pid b = spawn();
  const auto give = [](const std::string& name) {
    return [name] {
      register_name(name);
      return std::string("true");
    };
  };
  EXPECT_EQ(in(a, give("name")), "true");
  EXPECT_EQ(in(b, give("name")), "badarg: ");
  EXPECT_EQ(in(a, give("second")), "badarg: ");  // a process has one local name
  EXPECT_EQ(in(b, give("")), "badarg: ");
  EXPECT_EQ(whereis("name"), a);
  EXPECT_EQ(in(b,
               [] {
                 unregister_name("name");
                 return std::string("true");
               }),
            "badarg: ");
  EXPECT_EQ(in(a,
               [] {
                 unregister_name("name");
                 return std::string("true");
               }),
            "true");
  EXPECT_EQ(in(b, give("name")), "true");
}

}  // namespace
}  // namespace patchbay::test
