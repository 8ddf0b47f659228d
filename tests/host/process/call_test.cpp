#include "echo.hpp"
#include "runtime.hpp"

extern "C" patchbay::module_factory patchbay_module_echo;

namespace patchbay::test {
namespace {

class call_test : public testing::Test {
 protected:
  call_test() { said = &words_; }
  pid spawn(const std::string& args = {}) { return static_cast<pid>(host_.spawn("echo", {}, args)); }

  signals words_;
  runtime host_{patchbay_module_echo};
};

TEST_F(call_test, answers_an_outside_thread_through_the_mailbox) {
  const pid server = spawn(R"({"start_at":40})");
  EXPECT_EQ(call<add>(server, 2), 42);
}

TEST_F(call_test, runs_inline_on_an_attached_thread) {
  const pid server = spawn();
  scheduler::attached_thread attached(host_->scheduler());
  for (int i = 1; i <= 100; ++i) EXPECT_EQ(call<add>(server, 1), i);
  EXPECT_EQ(host_->info(static_cast<pb_pid>(server))->handled, 100U);
}

// The coarse tick stands still while nothing runs: the first call after a rest must not count that as its own time.
TEST_F(call_test, after_a_long_rest_is_not_a_timeout) {
  const pid server = spawn();
  scheduler::attached_thread attached(host_->scheduler());
  const auto rest = std::chrono::steady_clock::now() + 100ms;
  for (int i = 0; i < 5; ++i) {
    ASSERT_TRUE(eventually([&] { return std::chrono::steady_clock::now() > rest + i * 60ms; }));
    EXPECT_EQ(try_call<add>(callee(server, 20ms), 1).status(), PB_OK);
  }
}

TEST_F(call_test, of_a_busy_process_waits_its_turn) {
  const pid server = spawn();
  std::thread holder([server] { EXPECT_EQ(call<hold>(server), 0); });
  ASSERT_TRUE(eventually([this] { return words_.entered == 1; }));
  scheduler::attached_thread attached(host_->scheduler());
  const auto early = try_call<add>(callee(server, 20ms), 1);
  EXPECT_EQ(early.status(), PB_E_TIMEOUT);
  words_.may_leave = 1;
  holder.join();
  // The call that timed out was handled all the same, and its late reply dropped.
  EXPECT_EQ(call<add>(server, 1), 2);
}

TEST_F(call_test, of_itself_is_calling_self) {
  const auto outcome = try_call<fail>(spawn(), "self");
  EXPECT_EQ(outcome.status(), PB_E_EXIT);
  EXPECT_NE(outcome.reason().find("calling_self"), std::string::npos) << outcome.reason();
}

TEST_F(call_test, between_processes_runs_from_one_to_the_other) {
  const pid a = spawn();
  const pid b = spawn();
  EXPECT_EQ(call<ask>(a, b, "call"), 1);
  EXPECT_EQ(call<ask>(a, b, "request"), 11);
}

TEST_F(call_test, nobody_is_noproc) {
  EXPECT_EQ(try_call<add>("nobody", 1).status(), PB_E_NOPROC);
  const pid server = spawn();
  EXPECT_EQ(try_call<fail>(server, "throw").status(), PB_E_EXIT);
  EXPECT_EQ(try_call<add>(server, 1).status(), PB_E_NOPROC);
}

TEST_F(call_test, a_handler_that_throws_ends_the_process_with_that_reason) {
  for (const bool inline_call : {false, true}) {
    const pid server = spawn();
    std::optional<scheduler::attached_thread> attached;
    if (inline_call) attached.emplace(host_->scheduler());
    const auto outcome = try_call<fail>(server, "throw");
    EXPECT_EQ(outcome.status(), PB_E_EXIT);
    EXPECT_NE(outcome.reason().find("failed on purpose"), std::string::npos) << outcome.reason();
  }
  ASSERT_TRUE(eventually([this] { return words_.terminated == 2; }));
  // terminate sees the state as the handler left it.
  EXPECT_NE(words_.last.find(" 77"), std::string::npos) << words_.last;
  EXPECT_TRUE(host_.logged("failed on purpose"));
}

TEST_F(call_test, stop_without_reply_tells_the_caller_the_reason) {
  for (const bool inline_call : {false, true}) {
    std::optional<scheduler::attached_thread> attached;
    if (inline_call) attached.emplace(host_->scheduler());
    const auto outcome = try_call<fail>(spawn(), "stop");
    EXPECT_EQ(outcome.status(), PB_E_EXIT);
    EXPECT_NE(outcome.reason().find("enough"), std::string::npos) << outcome.reason();
  }
}

TEST_F(call_test, stop_with_reply_runs_terminate_before_the_reply_goes_out) {
  int ends = 0;
  for (const bool inline_call : {false, true}) {
    std::optional<scheduler::attached_thread> attached;
    if (inline_call) attached.emplace(host_->scheduler());
    EXPECT_EQ(call<fail>(spawn(), "stop_reply"), 5);
    EXPECT_EQ(words_.terminated, ++ends);
  }
}

TEST_F(call_test, noreply_is_answered_later_by_reply) {
  for (const bool inline_call : {false, true}) {
    std::optional<scheduler::attached_thread> attached;
    if (inline_call) attached.emplace(host_->scheduler());
    EXPECT_EQ(call<fail>(spawn(), "later"), 42);
  }
}

TEST_F(call_test, a_caller_without_an_answer_learns_of_the_end) {
  const pid server = spawn();
  std::thread caller([server] {
    const auto outcome = try_call<fail>(callee(server, 10s), "never");
    EXPECT_EQ(outcome.status(), PB_E_EXIT);
    EXPECT_EQ(outcome.reason(), "killed");
  });
  ASSERT_TRUE(eventually([&] { return host_->info(static_cast<pb_pid>(server))->handled == 1; }));
  host_->exit(static_cast<pb_pid>(server), {PB_EXIT_KILL, {}});
  caller.join();
}

TEST_F(call_test, a_ring_of_calls_times_out_instead_of_deadlocking) {
  const pid a = spawn();
  const pid b = spawn();
  // a asks b, whose handler is free, to … call a, which is in its handler.
  EXPECT_EQ(call<ask>(a, b, "short_call"), PB_OK);
  std::thread holder([a] { call<hold>(a); });
  ASSERT_TRUE(eventually([this] { return words_.entered == 1; }));
  EXPECT_EQ(call<ask>(b, a, "short_call"), PB_E_TIMEOUT);
  words_.may_leave = 1;
  holder.join();
}

TEST_F(call_test, more_blocked_handlers_than_workers_do_not_stop_the_host) {
  const pid slow = spawn();
  std::thread holder([slow] { call<hold>(slow); });
  ASSERT_TRUE(eventually([this] { return words_.entered == 1; }));
  std::vector<std::thread> waiting;
  std::atomic<int> answered{0};
  for (int i = 0; i < 10; ++i) {
    waiting.emplace_back([&, asker = spawn()] { answered += call<ask>(asker, slow, "call") != 0; });
  }
  // Two workers, ten handlers that wait for the slow one: others are served all the same.
  const pid other = spawn();
  EXPECT_EQ(call<add>(other, 1), 1);
  words_.may_leave = 1;
  for (std::thread& thread : waiting) thread.join();
  holder.join();
  EXPECT_EQ(answered, 10);
}

TEST_F(call_test, messages_of_one_sender_keep_their_order_before_get_state) {
  const pid a = spawn();
  const pid b = spawn();
  call<ask>(a, b, "cast_ten");
  EXPECT_EQ(call<history>(b), (std::vector<std::int64_t>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}));
  for (std::int64_t i = 10; i < 20; ++i) cast<note>(b, i);
  const auto state = host_->get_state(static_cast<pb_pid>(b), 5s);
  ASSERT_TRUE(state) << state.failure().text;
  EXPECT_EQ(state->bytes.size(), 8 + 8 + 20 * 8 + 8 + 8U);
}

TEST_F(call_test, a_message_that_the_module_does_not_take_is_undef_message) {
  const pid server = spawn();
  const auto outcome = host_->call_encoded(static_cast<pb_pid>(server), "test/echo.nothing", 1, {}, 1s);
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.failure().code, "undef_message");
}

TEST_F(call_test, bytes_with_another_schema_are_refused) {
  const pid server = spawn();
  const auto outcome = host_->call_encoded(static_cast<pb_pid>(server), "test/echo.add", 1, std::string(8, '\0'), 1s);
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.failure().code, "undef_message");
}

TEST_F(call_test, bytes_are_a_call_like_any_other) {
  const pid server = spawn();
  const pb_type& type = detail::message_cell<add>;
  const auto outcome = host_->call_encoded(static_cast<pb_pid>(server), "test/echo.add", type.schema_fp,
                                           std::string("\5\0\0\0\0\0\0\0", 8), 1s);
  ASSERT_TRUE(outcome) << outcome.failure().text;
  EXPECT_EQ(outcome->schema, "\"i64\"");
  EXPECT_EQ(outcome->bytes, std::string("\5\0\0\0\0\0\0\0", 8));
}

}  // namespace
}  // namespace patchbay::test
