// Task.async_stream, line by line.
#include <patchbay/async_stream.hpp>

#include <algorithm>
#include <functional>
#include <numeric>

#include "../process/runtime.hpp"

namespace patchbay::test {
namespace {

using numbers = std::vector<std::int64_t>;

std::function<numbers()>* plain_stream = nullptr;
std::function<task<numbers>()>* waiting_stream = nullptr;

struct plain {
  using reply = numbers;
  void serialize(auto&) {}
};
struct waiting {
  using reply = numbers;
  void serialize(auto&) {}
};
struct streamer {
  using calls = messages<plain, waiting>;
  struct state {
    void serialize(auto&) {}
  };
  static state init() { return {}; }
  static numbers handle_call(const plain&, from, state&) { return (*plain_stream)(); }
  static task<numbers> handle_call(const waiting&, from, state&) { return (*waiting_stream)(); }
};
PATCHBAY_GEN_SERVER(streamer, 1);
PATCHBAY_TASKS();

numbers values(const std::vector<task_outcome<std::int64_t>>& outcomes) {
  numbers all;
  for (const auto& one : outcomes) all.push_back(one ? *one : -one.status());
  return all;
}
numbers upto(std::int64_t n) {
  numbers all(static_cast<std::size_t>(n));
  std::iota(all.begin(), all.end(), 0);
  return all;
}
/// Later elements end earlier.
task<std::int64_t> backwards(std::int64_t n) {
  co_await co::sleep(std::chrono::milliseconds(20 - 5 * n));
  co_return n;
}

class stream_test : public testing::Test {
 protected:
  reply_outcome<plain> in_process(std::function<numbers()> part) {
    plain_stream = &part;
    user_ = static_cast<pid>(host_.spawn("streamer"));
    return try_call<plain>(with_timeout(user_, 60s));
  }
  runtime host_{{patchbay_module_streamer, patchbay_module_task, patchbay_module_task_supervisor}};
  pid user_ = pid::nobody;
};

TEST_F(stream_test, max_concurrency_is_schedulers_online_unless_told_otherwise) {
  EXPECT_EQ(schedulers_online(), 2U);
  std::atomic<int> now{0};
  std::atomic<int> most{0};
  const auto count = [&](std::int64_t n) -> task<std::int64_t> {
    const int here = ++now;
    for (int seen = most; seen < here && !most.compare_exchange_weak(seen, here);) {
    }
    co_await co::sleep(2ms);
    --now;
    co_return n;
  };
  auto outcome = in_process([&] { return values(async_stream(upto(12), count)); });
  ASSERT_TRUE(outcome) << outcome.reason();
  EXPECT_EQ(*outcome, upto(12));
  EXPECT_EQ(most, 2);
  most = 0;
  outcome = in_process([&] { return values(async_stream(upto(12), count, {.max_concurrency = 5})); });
  ASSERT_TRUE(outcome) << outcome.reason();
  EXPECT_LE(most, 5);
  EXPECT_GT(most, 2);
}

TEST_F(stream_test, results_are_ordered_unless_told_otherwise) {
  auto outcome = in_process([] { return values(async_stream(upto(4), backwards, {.max_concurrency = 4})); });
  ASSERT_TRUE(outcome) << outcome.reason();
  EXPECT_EQ(*outcome, (numbers{0, 1, 2, 3}));
  std::atomic<bool> last_done{false};
  outcome = in_process([&] {
    const auto last_first = [&](std::int64_t n) -> task<std::int64_t> {
      while (n == 0 && !last_done) co_await co::sleep(1ms);
      if (n == 3) last_done = true;
      co_return n;
    };
    return values(async_stream(upto(4), last_first, {.max_concurrency = 4, .ordered = false}));
  });
  ASSERT_TRUE(outcome) << outcome.reason();
  EXPECT_NE(outcome->front(), 0);
  std::sort(outcome->begin(), outcome->end());
  EXPECT_EQ(*outcome, upto(4));
}

TEST_F(stream_test, timeout_is_5000_ms_and_the_caller_exits) {
  EXPECT_EQ(stream_options().timeout, 5000ms);
  EXPECT_EQ(stream_options().on_timeout, on_timeout::exit);
  const auto outcome = in_process([] {
    const auto endless = [](std::int64_t n) -> task<std::int64_t> {
      co_await co::sleep(60s);
      co_return n;
    };
    return values(async_stream(upto(3), endless, {.max_concurrency = 3, .timeout = 5ms}));
  });
  EXPECT_EQ(outcome.status(), PB_E_EXIT);
  EXPECT_NE(outcome.reason().find("timeout"), std::string::npos) << outcome.reason();
  EXPECT_TRUE(eventually([&] { return host_->process_count() == 0; })) << "nothing of the stream is left";
}

TEST_F(stream_test, on_timeout_kill_task_kills_that_task_alone) {
  const auto outcome = in_process([] {
    const auto one_hangs = [](std::int64_t n) -> task<std::int64_t> {
      if (n == 1) co_await co::sleep(60s);
      co_return n;
    };
    return values(async_stream(upto(3), one_hangs, {.timeout = 50ms, .on_timeout = on_timeout::kill_task}));
  });
  ASSERT_TRUE(outcome) << outcome.reason();
  EXPECT_EQ(*outcome, (numbers{0, -PB_E_TIMEOUT, 2}));
  EXPECT_TRUE(eventually([&] { return host_->process_count() == 1; }));
}

TEST_F(stream_test, a_linked_task_that_fails_takes_the_caller_along_and_an_unlinked_one_is_a_result) {
  const auto odd = [](std::int64_t n) {
    if (n % 2 == 0) throw std::runtime_error("even");
    return n;
  };
  const auto linked = in_process([&] { return values(async_stream(upto(3), odd)); });
  EXPECT_EQ(linked.status(), PB_E_EXIT);
  EXPECT_NE(linked.reason().find("even"), std::string::npos) << linked.reason();
  const auto unlinked = in_process([&] { return values(async_stream(upto(3), odd, {.link = false})); });
  ASSERT_TRUE(unlinked) << unlinked.reason();
  EXPECT_EQ(*unlinked, (numbers{-PB_E_EXIT, 1, -PB_E_EXIT}));
}

TEST_F(stream_test, tasks_may_be_children_of_a_supervisor) {
  const auto tasks = static_cast<pid>(host_.spawn("task_supervisor", "tasks"));
  const auto outcome = in_process([&] {
    const auto counts = [&](std::int64_t) {
      return static_cast<std::int64_t>(task_supervisor::children(tasks).size());
    };
    return values(async_stream(upto(6), counts, {.supervisor = "tasks", .link = false}));
  });
  ASSERT_TRUE(outcome) << outcome.reason();
  EXPECT_EQ(outcome->size(), 6U);
  EXPECT_GE(*std::min_element(outcome->begin(), outcome->end()), 1);
  EXPECT_TRUE(eventually([&] { return task_supervisor::children(tasks).empty(); }));
}

TEST_F(stream_test, a_coroutine_waits_for_a_stream_without_a_thread) {
  std::function<task<numbers>()> part = []() -> task<numbers> {
    const auto elements = upto(4);
    const auto outcomes = co_await co::async_stream(elements, backwards, {.max_concurrency = 4});
    co_return values(outcomes);
  };
  waiting_stream = &part;
  const auto outcome = try_call<waiting>(with_timeout(static_cast<pid>(host_.spawn("streamer")), 30s));
  ASSERT_TRUE(outcome) << outcome.reason();
  EXPECT_EQ(*outcome, upto(4));
}

TEST_F(stream_test, of_nothing_is_nothing) {
  const auto outcome = in_process([] { return values(async_stream(numbers(), [](std::int64_t n) { return n; })); });
  ASSERT_TRUE(outcome);
  EXPECT_TRUE(outcome->empty());
}

}  // namespace
}  // namespace patchbay::test
