// Tasks: Elixir's Task and Task.Supervisor, line by line.
#include <patchbay/async_stream.hpp>

#include <functional>

#include "../process/runtime.hpp"
#include "behaviour/application_controller.hpp"

namespace patchbay::test {
namespace {

using lines = std::vector<std::string>;

/// What a handler of `host_of` does: the tests' own code, in a process.
std::function<lines()>* plain_part = nullptr;
std::function<task<lines>()>* waiting_part = nullptr;

struct run_plain {
  using reply = lines;
  void serialize(auto&) {}
};
struct run_waiting {
  using reply = lines;
  void serialize(auto&) {}
};
struct exits {
  using reply = lines;
  void serialize(auto&) {}
};
struct user {
  using calls = messages<run_plain, run_waiting, exits>;
  struct state {
    lines seen;
    void serialize(auto& ar) { ar(PATCHBAY_FIELD(seen)); }
  };
  static state init(const args& a) {
    trap_exit(a.get<bool>("trap", false));
    return {};
  }
  static lines handle_call(const run_plain&, from, state&) { return (*plain_part)(); }
  static task<lines> handle_call(const run_waiting&, from, state&) { return (*waiting_part)(); }
  static lines handle_call(const exits&, from, const state& s) { return s.seen; }
  static void handle_info(const exit_signal& signal, state& s) {
    s.seen.push_back(signal.reason.word() == normal ? "normal" : signal.reason.text());
  }
};
PATCHBAY_GEN_SERVER(user, 1);
PATCHBAY_TASKS();
struct crew {
  static sup_spec init(const args&) { return {.children = {task_supervisor::child_spec("tasks", 2)}}; }
};
PATCHBAY_SUPERVISOR(crew);

class async_test : public testing::Test {
 protected:
  /// Runs the part in a handler of a process, and answers what it does.
  lines in_process(std::function<lines()> part, const char* args = "{}") {
    plain_part = &part;
    user_ = static_cast<pid>(host_.spawn("user", {}, args));
    auto outcome = try_call<run_plain>(with_timeout(user_, 30s));
    return outcome ? *outcome : lines{std::string(error_word(outcome.status())), outcome.reason()};
  }
  lines in_coroutine(std::function<task<lines>()> part) {
    waiting_part = &part;
    user_ = static_cast<pid>(host_.spawn("user"));
    auto outcome = try_call<run_waiting>(with_timeout(user_, 30s));
    return outcome ? *outcome : lines{std::string(error_word(outcome.status())), outcome.reason()};
  }
  pid supervisor(const char* args = "{}") { return static_cast<pid>(host_.spawn("task_supervisor", "tasks", args)); }

  runtime host_{{patchbay_module_user, patchbay_module_task, patchbay_module_task_supervisor, patchbay_module_crew}};
  pid user_ = pid::nobody;
};

TEST_F(async_test, async_runs_a_function_in_a_process_of_its_own_and_await_gets_its_value) {
  EXPECT_EQ(in_process([] {
              auto other = async([] { return to_text(self()); });
              const std::string where = await(other);
              EXPECT_EQ(where, to_text(other.process()));
              EXPECT_NE(where, to_text(self()));
              auto quiet = async([] {});
              await(quiet);
              return lines{"done"};
            }),
            lines{"done"});
  EXPECT_TRUE(eventually([&] { return host_->process_count() == 1; })) << "a task ends with its function";
}

TEST_F(async_test, many_at_once) {
  EXPECT_EQ(in_process([] {
              std::vector<async_task<int>> all;
              for (int i = 0; i < 100; ++i) all.push_back(async([i] { return i * i; }));
              int sum = 0;
              for (auto& each : all) sum += await(each);
              return lines{std::to_string(sum)};
            }),
            lines{"328350"});
}

TEST_F(async_test, a_coroutine_awaits_tasks_that_are_coroutines) {
  EXPECT_EQ(in_coroutine([]() -> task<lines> {
              // README: tasks
              auto slow = async([]() -> task<std::string> {
                co_await co::sleep(5ms);
                co_return "slow";
              });
              auto quick = async([] { return std::string("quick"); });
              lines both;
              both.push_back(co_await co::await(quick));
              both.push_back(co_await co::await(slow));
              co_return both;
              // README end
            }),
            (lines{"quick", "slow"}));
}

TEST_F(async_test, a_coroutine_awaits_what_has_ended_before) {
  process::system* host = &*host_;
  EXPECT_EQ(in_coroutine([host]() -> task<lines> {
              auto quick = async([] { return std::string("quick"); });
              while (host->alive(static_cast<pb_pid>(quick.process()))) std::this_thread::yield();
              co_await co::sleep(1ms);
              lines one;
              one.push_back(co_await co::await(quick));
              co_return one;
            }),
            lines{"quick"});
}

TEST_F(async_test, await_waits_5000_ms_unless_told_otherwise_and_its_caller_exits_with_timeout) {
  const auto outcome = in_process([] {
    auto never = async([]() -> task<void> { co_await co::sleep(60s); });
    await(never, 5ms);
    return lines{"not reached"};
  });
  EXPECT_EQ(outcome.front(), "exit");
  EXPECT_NE(outcome.back().find("timeout: await of task"), std::string::npos) << outcome.back();
  EXPECT_TRUE(eventually([&] { return host_->process_count() == 0; })) << "linked: the task ends with its caller";
}

TEST_F(async_test, a_linked_task_that_fails_takes_its_caller_along) {
  const auto outcome = in_process([] {
    auto failing = async([]() -> int { throw std::runtime_error("bad task"); });
    return lines{std::to_string(await(failing))};
  });
  EXPECT_EQ(outcome.front(), "exit");
  EXPECT_NE(outcome.back().find("bad task"), std::string::npos) << outcome.back();
}

TEST_F(async_test, a_caller_that_traps_exits_gets_them_as_messages) {
  EXPECT_EQ(in_process(
                [] {
                  auto failing = async([]() -> int { throw std::runtime_error("bad task"); });
                  const auto outcome = yield(failing);
                  return lines{std::string(error_word(outcome->status())), outcome->reason()};
                },
                R"({"trap":true})"),
            (lines{"exit", "bad task"}));
  EXPECT_TRUE(eventually([&] { return call<exits>(user_) == lines{"bad task"}; }));
}

TEST_F(async_test, async_nolink_leaves_the_caller_alive) {
  EXPECT_EQ(in_process([] {
              auto failing = async_nolink([]() -> int { throw std::runtime_error("bad task"); });
              const auto outcome = yield(failing);
              return lines{std::string(error_word(outcome->status())), outcome->reason()};
            }),
            (lines{"exit", "bad task"}));
  EXPECT_TRUE(host_->alive(static_cast<pb_pid>(user_)));
}

TEST_F(async_test, yield_answers_nothing_until_the_task_has_ended_and_may_be_asked_again) {
  std::atomic<bool> go{false};
  EXPECT_EQ(in_process([&go] {
              auto slow = async([&go]() -> task<int> {
                while (!go) co_await co::sleep(1ms);
                co_return 5;
              });
              lines seen;
              seen.push_back(yield(slow, 0ms) ? "early" : "not yet");
              seen.push_back(yield(slow, 3ms) ? "early" : "not yet");
              go = true;
              const auto outcome = yield(slow);
              seen.push_back(std::to_string(**outcome));
              return seen;
            }),
            (lines{"not yet", "not yet", "5"}));
}

TEST_F(async_test, shutdown_unlinks_and_ends_a_task) {
  process::system* host = &*host_;
  EXPECT_EQ(in_process([host] {
              auto endless = async([]() -> task<void> { co_await co::sleep(60s); });
              auto killed = async([]() -> task<void> { co_await co::sleep(60s); });
              auto done = async([] { return 5; });
              while (host->alive(static_cast<pb_pid>(done.process()))) std::this_thread::yield();
              lines seen;
              seen.push_back(shutdown_task(endless) ? "value" : "nothing");
              seen.push_back(shutdown_task(killed, brutal_kill) ? "value" : "nothing");
              seen.push_back(std::to_string(**shutdown_task(done)));
              return seen;
            }),
            (lines{"nothing", "nothing", "5"}));
  EXPECT_TRUE(host_->alive(static_cast<pb_pid>(user_)));
  EXPECT_TRUE(eventually([&] { return host_->process_count() == 1; }));
}

TEST_F(async_test, a_task_that_nobody_awaits_goes_on) {
  std::atomic<int> ran{0};
  EXPECT_EQ(in_process([&ran] {
              static_cast<void>(async([&ran] { ++ran; }));
              start_task([&ran] { ++ran; });
              start_link_task([&ran]() -> task<void> {
                co_await co::sleep(1ms);
                ++ran;
              });
              return lines{};
            }),
            lines{});
  EXPECT_TRUE(eventually([&] { return ran == 3; }));
}

TEST_F(async_test, start_child_of_a_supervisor_is_temporary) {
  const pid tasks = supervisor();
  std::atomic<int> ran{0};
  in_process([&] {
    task_supervisor::start_child("tasks", [&ran] {
      ++ran;
      throw std::runtime_error("once is enough");
    });
    return lines{};
  });
  EXPECT_TRUE(eventually([&] { return ran == 1 && task_supervisor::children(tasks).empty(); }));
  EXPECT_EQ(ran, 1);
  EXPECT_TRUE(host_->alive(static_cast<pb_pid>(tasks)));
}

TEST_F(async_test, a_supervisors_async_is_linked_to_its_caller_and_async_nolink_is_not) {
  const pid tasks = supervisor();
  EXPECT_EQ(in_process([] {
              auto one = task_supervisor::async("tasks", [] { return 1; });
              auto two = task_supervisor::async_nolink("tasks", []() -> int { throw std::runtime_error("bad"); });
              return lines{std::to_string(await(one)), yield(two)->reason()};
            }),
            (lines{"1", "bad"}));
  const auto outcome = in_process([] {
    auto bad = task_supervisor::async("tasks", []() -> int { throw std::runtime_error("bad"); });
    return lines{std::to_string(await(bad))};
  });
  EXPECT_EQ(outcome.front(), "exit");
  EXPECT_TRUE(eventually([&] { return task_supervisor::children(tasks).empty(); }));
  EXPECT_TRUE(host_->alive(static_cast<pb_pid>(tasks)));
}

TEST_F(async_test, children_terminate_child_and_max_children) {
  const pid tasks = supervisor(R"({"max_children":2})");
  const auto endless = []() -> task<void> { co_await co::sleep(60s); };
  const pid one = task_supervisor::start_child(tasks, endless);
  const pid two = task_supervisor::start_child(tasks, endless);
  EXPECT_EQ(task_supervisor::children(tasks), (std::vector{one, two}));
  try {
    task_supervisor::start_child(tasks, endless);
    ADD_FAILURE() << "a third";
  } catch (const status_error& failure) {
    EXPECT_EQ(failure.status(), PB_E_MAX_CHILDREN);
  }
  EXPECT_TRUE(task_supervisor::terminate_child(tasks, one));
  EXPECT_FALSE(task_supervisor::terminate_child(tasks, one));
  EXPECT_EQ(task_supervisor::children(tasks), std::vector{two});
}

TEST_F(async_test, the_end_of_a_supervisor_ends_its_children) {
  const pid tasks = supervisor();
  for (int i = 0; i < 20; ++i) {
    task_supervisor::start_child(tasks, []() -> task<void> { co_await co::sleep(60s); });
  }
  gen_server::stop(tasks, shutdown);
  EXPECT_TRUE(eventually([&] { return host_->process_count() == 0; }));
}

TEST_F(async_test, a_supervisors_tasks_are_below_it_in_the_tree) {
  behaviour::application_options options;
  options.find_module = [this](std::string_view name, std::string_view) { return host_.find(name); };
  behaviour::application_controller applications(*host_, std::move(options));
  behaviour::application test;
  test.name = "test";
  test.mod_module = "crew";
  test.mod_args_json = "{}";
  ASSERT_TRUE(applications.start_all({test}));
  const pid one = task_supervisor::start_child("tasks", []() -> task<void> { co_await co::sleep(60s); });
  task_supervisor::start_child("tasks", [] {});
  EXPECT_TRUE(eventually([&] { return task_supervisor::children("tasks") == std::vector{one}; }));
  const auto trees = applications.tree(10s);
  ASSERT_EQ(trees.at(0).top.at(0).children.size(), 1U);
  const behaviour::tree_node& tasks = trees[0].top[0].children[0];
  EXPECT_EQ(tasks.id, "tasks");
  EXPECT_EQ(tasks.type, behaviour::child_type::supervisor);
  ASSERT_EQ(tasks.children.size(), 1U);
  EXPECT_EQ(tasks.children[0].pid, static_cast<pb_pid>(one));
  EXPECT_EQ(tasks.children[0].module, "task");
  applications.stop_all();
  EXPECT_TRUE(eventually([&] { return host_->process_count() == 0; }));
}

TEST_F(async_test, a_start_without_the_tasks_modules_says_what_is_missing) {
  host_.serving = [](std::string_view) { return nullptr; };
  try {
    start_task([] {});
    ADD_FAILURE() << "it started";
  } catch (const status_error& failure) {
    EXPECT_NE(failure.reason().find("PATCHBAY_TASKS();"), std::string::npos) << failure.what();
  }
  host_.serving = {};
  const pid tasks = supervisor();
  host_.serving = [](std::string_view) { return nullptr; };
  try {
    task_supervisor::start_child(tasks, [] {});
    ADD_FAILURE() << "it started";
  } catch (const status_error& failure) {
    EXPECT_NE(failure.reason().find("PATCHBAY_TASKS();"), std::string::npos) << failure.what();
  }
}

}  // namespace
}  // namespace patchbay::test
