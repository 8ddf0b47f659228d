// Coroutine handlers: the process handles nothing else meanwhile, no thread is held, and whatever ends it ends the coroutine.
#include <patchbay/co.hpp>

#include "runtime.hpp"

namespace patchbay::test {
namespace {

/// What the handlers and the tests tell each other.
struct words {
  std::atomic<int> begun{0};
  std::atomic<int> ended{0};
  std::atomic<int> frames{0};
  std::atomic<int> terminated{0};
  std::atomic<bool> open{false};
};
words* told = nullptr;

/// Counts the frames that are alive.
struct frame_mark {
  frame_mark() { ++told->frames; }
  frame_mark(const frame_mark&) = delete;
  frame_mark& operator=(const frame_mark&) = delete;
  ~frame_mark() { --told->frames; }
};

// source's messages, as its header would have them
namespace asked {
PATCHBAY_MESSAGES_OF("test", "source");
struct get {
  using reply = std::int64_t;
  std::int64_t of = 0;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(of)); }
};
struct never {
  using reply = std::int64_t;
  void serialize(auto&) {}
};
}  // namespace asked
using asked::get;
using asked::never;
struct sum {
  using reply = std::int64_t;
  std::string how;
  pid from;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(how), PATCHBAY_FIELD(from)); }
};
struct seen {
  using reply = std::vector<std::string>;
  void serialize(auto&) {}
};
struct note {
  std::string what;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(what)); }
};
struct nap {
  std::int64_t ms = 0;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(ms)); }
};

// README: coroutine
struct report {
  using reply = std::int64_t;
  pid source;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(source)); }
};

struct reporter {
  using calls = messages<report>;
  using imports = messages<get>;
  struct state {
    std::int64_t reports = 0;
    void serialize(auto& ar) { ar(PATCHBAY_FIELD(reports)); }
  };
  static state init() { return {}; }
  static task<std::int64_t> handle_call(const report& m, from, state& s) {
    const std::int64_t first = co_await co::call<get>(m.source, 1);
    co_await co::sleep(10ms);
    const std::int64_t second = co_await co::call<get>(with_timeout(m.source, 2s), 2);
    ++s.reports;
    co_return first + second;
  }
};
PATCHBAY_GEN_SERVER(reporter, 1);
// README end

/// Answers at once, or never.
struct source {
  using calls = messages<get, never>;
  struct state {
    std::int64_t served = 0;
    void serialize(auto& ar) { ar(PATCHBAY_FIELD(served)); }
  };
  static state init() { return {}; }
  static std::int64_t handle_call(const get& m, from, state& s) {
    ++s.served;
    return m.of * 2;
  }
  static call_result<std::int64_t> handle_call(const never&, from, state&) { return noreply(); }
};

struct sleeper {
  using calls = messages<sum, seen>;
  using casts = messages<note, nap>;
  using continues = messages<nap>;
  using imports = messages<get, never>;
  struct state {
    std::vector<std::string> log;
    void serialize(auto& ar) { ar(PATCHBAY_FIELD(log)); }
  };
  static init_result<state> init(const args& a) {
    if (a.get<bool>("nap", false)) return ok(state{}, then(nap{5}));
    return state{};
  }

  static task<std::int64_t> twice(pid source, std::int64_t value) {
    const frame_mark mark;
    co_return co_await co::call<get>(source, value);
  }

  static task<std::int64_t> handle_call(const sum& m, from, state& s) {
    const frame_mark mark;
    ++told->begun;
    s.log.push_back("begin " + m.how);
    if (m.how == "nested") {
      const auto a = co_await twice(m.from, 1);
      const auto b = co_await twice(m.from, 2);
      co_return a + b;
    }
    if (m.how == "throw") {
      co_await co::sleep(1ms);
      throw std::runtime_error("woke up badly");
    }
    if (m.how == "stop") {
      co_await co::sleep(1ms);
      co_return stop(exit_reason(), 7);
    }
    if (m.how == "never") co_return co_await co::call<never>(with_timeout(m.from, infinity));
    if (m.how == "timeout") {
      const auto answer = co_await co::try_call<never>(with_timeout(m.from, 5ms));
      co_return answer.status();
    }
    std::int64_t total = 0;
    for (int i = 1; i <= 3; ++i) total += co_await co::call<get>(m.from, i);
    s.log.push_back("end " + m.how);
    ++told->ended;
    co_return total;
  }
  static std::vector<std::string> handle_call(const seen&, from, state& s) { return s.log; }
  static void handle_cast(const note& m, state& s) { s.log.push_back(m.what); }
  static task<void> handle_cast(const nap& m, state& s) {
    s.log.push_back("nap");
    ++told->begun;
    co_await co::sleep(std::chrono::milliseconds(m.ms));
    s.log.push_back("up");
    ++told->ended;
  }
  static task<void> handle_continue(const nap& m, state& s) {
    s.log.push_back("first");
    co_await co::sleep(std::chrono::milliseconds(m.ms));
    s.log.push_back("continued");
  }
  static void terminate(const exit_reason&, state&) { ++told->terminated; }
};

PATCHBAY_GEN_SERVER(source, 1);
PATCHBAY_GEN_SERVER(sleeper, 1);

class coroutine_test : public testing::Test {
 protected:
  coroutine_test() { told = &words_; }
  words words_;
  runtime host_{{patchbay_module_source, patchbay_module_sleeper, patchbay_module_reporter}};
  pid source_ = static_cast<pid>(host_.spawn("source"));
  pid sleeper_ = static_cast<pid>(host_.spawn("sleeper"));
};

TEST_F(coroutine_test, awaits_calls_one_after_the_other) {
  EXPECT_EQ(call<sum>(sleeper_, "three", source_), 2 + 4 + 6);
  EXPECT_EQ(call<seen>(sleeper_), (std::vector<std::string>{"begin three", "end three"}));
  EXPECT_EQ(words_.frames, 0);
}

TEST_F(coroutine_test, the_guides_example) {
  EXPECT_EQ(call<report>(static_cast<pid>(host_.spawn("reporter")), source_), 6);
}

TEST_F(coroutine_test, awaits_tasks_of_its_own) { EXPECT_EQ(call<sum>(sleeper_, "nested", source_), 2 + 4); }

TEST_F(coroutine_test, handles_nothing_else_meanwhile) {
  cast<nap>(sleeper_, 20);
  cast<note>(sleeper_, "later");
  EXPECT_EQ(call<seen>(sleeper_), (std::vector<std::string>{"nap", "up", "later"}));
}

TEST_F(coroutine_test, a_continue_waits_before_any_message) {
  const auto server = static_cast<pid>(host_.spawn("sleeper", {}, R"({"nap":true})"));
  EXPECT_EQ(call<seen>(server), (std::vector<std::string>{"first", "continued"}));
}

// More waiting handlers than workers and spares could carry.
TEST_F(coroutine_test, holds_no_thread) {
  std::vector<pid> many;
  for (int i = 0; i < 500; ++i) {
    many.push_back(static_cast<pid>(host_.spawn("sleeper")));
    cast<nap>(many.back(), 30);
  }
  for (const pid each : many) EXPECT_EQ(call<seen>(each).size(), 2U);
  EXPECT_EQ(words_.ended, 500);
}

TEST_F(coroutine_test, an_exception_after_a_wait_ends_the_process_and_the_caller_hears_why) {
  const auto outcome = try_call<sum>(sleeper_, "throw", source_);
  EXPECT_EQ(outcome.status(), PB_E_EXIT);
  EXPECT_NE(outcome.reason().find("woke up badly"), std::string::npos) << outcome.reason();
  EXPECT_TRUE(eventually([&] { return words_.terminated == 1; }));
  EXPECT_EQ(words_.frames, 0);
}

TEST_F(coroutine_test, stop_with_a_reply_after_a_wait) {
  EXPECT_EQ(call<sum>(sleeper_, "stop", source_), 7);
  EXPECT_EQ(words_.terminated, 1) << "before the reply goes out";
  EXPECT_TRUE(eventually([&] { return !host_->alive(static_cast<pb_pid>(sleeper_)); }));
}

TEST_F(coroutine_test, its_timeout_gives_the_request_up) {
  EXPECT_EQ(call<sum>(sleeper_, "timeout", source_), PB_E_TIMEOUT);
  EXPECT_EQ(call<sum>(sleeper_, "three", source_), 12);
}

TEST_F(coroutine_test, kill_ends_it_where_it_waits) {
  std::thread client([&] { EXPECT_EQ(try_call<sum>(sleeper_, "never", source_).status(), PB_E_EXIT); });
  ASSERT_TRUE(eventually([&] { return words_.begun == 1; }));
  host_->exit(static_cast<pb_pid>(sleeper_), {PB_EXIT_KILL, {}});
  client.join();
  EXPECT_TRUE(eventually([&] { return words_.frames == 0; }));
  EXPECT_EQ(words_.terminated, 0);
}

TEST_F(coroutine_test, the_end_of_who_was_asked_ends_the_wait) {
  std::thread client([&] {
    const auto outcome = try_call<sum>(sleeper_, "never", source_);
    EXPECT_EQ(outcome.status(), PB_E_EXIT);
  });
  ASSERT_TRUE(eventually([&] { return words_.begun == 1; }));
  host_->exit(static_cast<pb_pid>(source_), {PB_EXIT_KILL, {}});
  client.join();
  EXPECT_TRUE(eventually([&] { return words_.terminated == 1; }));
}

TEST_F(coroutine_test, the_host_stops_while_it_waits) {
  cast<nap>(sleeper_, 60'000);
  ASSERT_TRUE(eventually([&] { return words_.begun == 1; }));
  host_->stop();
  EXPECT_FALSE(host_->alive(static_cast<pb_pid>(sleeper_)));
}

// Replies and naps race: each of many rounds is answered, from several threads at once.
TEST_F(coroutine_test, no_wake_up_is_lost) {
  std::vector<std::thread> clients;
  for (int c = 0; c < 3; ++c) {
    clients.emplace_back([&, own = static_cast<pid>(host_.spawn("sleeper"))] {
      for (int i = 0; i < 2000; ++i) ASSERT_EQ(call<sum>(own, "three", source_), 12);
    });
  }
  for (auto& each : clients) each.join();
}

}  // namespace
}  // namespace patchbay::test
