// blocking(…): work beside the workers.
#include <patchbay/blocking.hpp>

#include <condition_variable>
#include <thread>

#include "../process/runtime.hpp"

namespace patchbay::test {
namespace {

/// A door that work stands before.
struct latch_door {
  std::mutex mutex;
  std::condition_variable opened;
  bool open = false;
  std::atomic<int> inside{0};
  std::atomic<int> passed{0};
  void pass() {
    std::unique_lock lock(mutex);
    ++inside;
    opened.wait(lock, [this] { return open; });
    ++passed;
  }
  void let() {
    const std::lock_guard lock(mutex);
    open = true;
    opened.notify_all();
  }
};
latch_door* door = nullptr;

struct fetch {
  using reply = std::string;
  std::string how;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(how)); }
};
struct seen {
  using reply = std::vector<std::string>;
  void serialize(auto&) {}
};
struct begin_work {
  std::string how;
  std::int64_t times = 1;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(how), PATCHBAY_FIELD(times)); }
};
struct result {
  std::string what;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(what)); }
};

struct reader {
  using calls = messages<fetch, seen>;
  using casts = messages<begin_work>;
  using infos = messages<result>;
  struct state {
    std::vector<std::string> log;
    void serialize(auto& ar) { ar(PATCHBAY_FIELD(log)); }
  };
  static state init() { return {}; }
  static task<std::string> handle_call(const fetch& m, from, state& s) {
    s.log.push_back("fetch");
    const auto held = std::make_shared<std::string>(m.how);
    const auto here = std::this_thread::get_id();
    const auto work = [held, here]() -> std::string {
      if (*held == "throw") throw std::out_of_range("no such page");
      if (*held == "wait") door->pass();
      return *held + (std::this_thread::get_id() == here ? " on a worker" : " beside the workers") +
             (self() == pid::nobody ? "" : " as a process");
    };
    std::string text = co_await co::blocking(work);
    text += " " + std::to_string(held.use_count());
    co_await co::blocking([&s] { s.log.push_back("void"); });
    co_return text;
  }
  static std::vector<std::string> handle_call(const seen&, from, state& s) { return s.log; }
  static cast_result handle_cast(const begin_work& m, state& s) {
    for (std::int64_t i = 0; i < m.times; ++i) {
      try {
        blocking<result>([how = m.how] {
          if (how == "throw") throw std::runtime_error("no such file");
          if (how == "wait") door->pass();
          return how + " done";
        });
      } catch (const status_error& failure) {
        s.log.push_back(failure.what());
        return {};
      }
    }
    return {};
  }
  static void handle_info(const result& m, state& s) { s.log.push_back(m.what); }
};
PATCHBAY_GEN_SERVER(reader, 1);

class blocking_test : public testing::Test {
 protected:
  blocking_test() { door = &door_; }
  ~blocking_test() override { door_.let(); }
  latch_door door_;
  runtime host_{{patchbay_module_reader}};
  pid reader_ = static_cast<pid>(host_.spawn("reader"));
};

TEST_F(blocking_test, a_coroutine_gets_the_value_of_what_ran_beside_the_workers) {
  EXPECT_EQ(call<fetch>(reader_, "page"), "page beside the workers 2");
  EXPECT_EQ(call<seen>(reader_), (std::vector<std::string>{"fetch", "void"}));
}

TEST_F(blocking_test, an_exception_is_thrown_where_it_is_awaited) {
  const auto outcome = try_call<fetch>(reader_, "throw");
  EXPECT_EQ(outcome.status(), PB_E_EXIT);
  EXPECT_NE(outcome.reason().find("no such page"), std::string::npos) << outcome.reason();
}

TEST_F(blocking_test, the_process_handles_nothing_else_and_no_worker_is_held) {
  std::vector<pid> many;
  for (int i = 0; i < 40; ++i) many.push_back(static_cast<pid>(host_.spawn("reader")));
  std::vector<std::thread> clients;
  for (const pid each : many) {
    clients.emplace_back([each] { EXPECT_EQ(call<fetch>(each, "wait"), "wait beside the workers 2"); });
  }
  EXPECT_TRUE(eventually([&] { return door_.inside == 40; }));
  EXPECT_EQ(call<fetch>(reader_, "page"), "page beside the workers 2") << "two workers, forty that wait";
  EXPECT_EQ(try_call<seen>(with_timeout(many.front(), 5ms)).status(), PB_E_TIMEOUT);
  door_.let();
  for (auto& each : clients) each.join();
}

TEST_F(blocking_test, a_plain_handler_gets_the_value_as_an_info) {
  cast<begin_work>(reader_, "file");
  EXPECT_TRUE(eventually([&] { return call<seen>(reader_) == std::vector<std::string>{"file done"}; }));
}

TEST_F(blocking_test, a_plain_handlers_exception_ends_its_process) {
  cast<begin_work>(reader_, "throw");
  EXPECT_TRUE(eventually([&] { return !host_->alive(static_cast<pb_pid>(reader_)); }));
  EXPECT_TRUE(eventually([&] { return host_.logged("no such file"); }));
}

TEST_F(blocking_test, sixty_four_threads_and_a_thousand_that_wait_then_overloaded) {
  cast<begin_work>(reader_, "wait", 64 + 1000 + 1);
  ASSERT_TRUE(eventually([&] { return door_.inside == 64; }));
  // All 64 threads stand before the door: whether the last was refused depends on nothing but their number.
  std::vector<std::string> log;
  ASSERT_TRUE(eventually([&] { return !(log = call<seen>(reader_)).empty(); }));
  EXPECT_NE(log.front().find("overloaded: blocking"), std::string::npos) << log.front();
  EXPECT_EQ(door_.inside, 64);
  door_.let();
  EXPECT_TRUE(eventually([&] { return call<seen>(reader_).size() == 1 + 1064; }));
}

TEST_F(blocking_test, the_code_is_held_while_work_runs_though_its_process_has_ended) {
  cast<begin_work>(reader_, "wait");
  ASSERT_TRUE(eventually([&] { return door_.inside == 1; }));
  host_->exit(static_cast<pb_pid>(reader_), {PB_EXIT_KILL, {}});
  ASSERT_TRUE(eventually([&] { return host_->process_count() == 0; }));
  EXPECT_GE(host_.group().needs(), 1);
  door_.let();
  EXPECT_TRUE(eventually([&] { return host_.group().needs() == 0; }));
}

TEST_F(blocking_test, a_process_that_is_killed_while_it_waits_ends_at_once) {
  std::thread client([this] { EXPECT_EQ(try_call<fetch>(reader_, "wait").status(), PB_E_EXIT); });
  ASSERT_TRUE(eventually([&] { return door_.inside == 1; }));
  host_->exit(static_cast<pb_pid>(reader_), {PB_EXIT_KILL, {}});
  client.join();
  EXPECT_EQ(door_.passed, 0);
}

TEST_F(blocking_test, stopping_the_host_drops_what_has_not_begun) {
  cast<begin_work>(reader_, "wait", 64 + 10);
  ASSERT_TRUE(eventually([&] { return door_.inside == 64; }));
  ASSERT_TRUE(call<seen>(reader_).empty());
  std::thread stopper([this] { host_->stop(); });
  EXPECT_TRUE(eventually([&] { return host_.group().needs() == 64; })) << "ten are dropped while 64 run";
  door_.let();
  stopper.join();
  EXPECT_EQ(door_.passed, 64);
  EXPECT_EQ(host_.group().needs(), 0);
}

}  // namespace
}  // namespace patchbay::test
