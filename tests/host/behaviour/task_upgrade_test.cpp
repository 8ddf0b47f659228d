// Agents, tasks and blocking work across upgrades and downgrades.
#include <patchbay/agent.hpp>
#include <patchbay/async_stream.hpp>

#include <filesystem>
#include <thread>

#include "../process/runtime.hpp"
#include "code/code_server.hpp"
#include "release/swap/swap.hpp"

namespace patchbay::test {
namespace {

using release::direction;

struct words {
  std::atomic<bool> let_go{false};
  std::atomic<int> inside{0};
  std::atomic<int> ended{0};
};
words* told = nullptr;
void stand() {
  ++told->inside;
  while (!told->let_go) std::this_thread::yield();
  ++told->ended;
}

struct work {
  using reply = std::int64_t;
  std::string how;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(how)); }
};
struct version {
  using reply = std::int64_t;
  void serialize(auto&) {}
};
struct poke {
  pid agent;
  std::string how;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(agent), PATCHBAY_FIELD(how)); }
};
struct found {
  std::int64_t n = 0;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(n)); }
};

namespace v1 {
struct shelf {
  using state = std::int64_t;
};
}  // namespace v1
namespace v2 {
struct shelf {
  struct state {
    std::int64_t now = 0;
    std::int64_t largest = 0;
    void serialize(auto& ar) { ar(PATCHBAY_FIELD(now), PATCHBAY_FIELD(largest)); }
  };
  static state code_change(upgrade<1>, const std::int64_t& old) { return {old, old}; }
  static std::int64_t code_change(downgrade<1>, const state& now) { return now.now; }
};
}  // namespace v2

/// Uses tasks and blocking work; its Shelf is the agent of its own version.
template <class Shelf, std::int64_t Version>
struct worker {
  using calls = messages<work, version>;
  using casts = messages<poke>;
  using infos = messages<found>;
  struct state {
    std::int64_t total = 0;
    void serialize(auto& ar) { ar(PATCHBAY_FIELD(total)); }
  };
  static state init() { return {}; }
  static std::int64_t handle_call(const version&, from, state& s) { return Version + s.total; }
  static std::int64_t handle_call(const work& m, from, state&) {
    std::int64_t sum = 0;
    // Each task has to be begun, whatever else the swap holds back.
    for (int i = 0; i < 100; ++i) {
      auto number = [i] {
        if (i == 0) ++told->inside;
        return i;
      };
      auto one = m.how == "supervised" ? task_supervisor::async("tasks", number) : async(number);
      sum += await(one, 30s);
    }
    return sum;
  }
  static void handle_cast(const poke& m, state&) {
    if (m.how == "cast") agent::cast<Shelf>(m.agent, [](auto&) { ++told->ended; });
    if (m.how == "computes") start_task(stand);
    if (m.how == "waits") {
      start_task([]() -> task<void> {
        ++told->inside;
        while (!told->let_go) co_await co::sleep(1ms);
        ++told->ended;
      });
    }
    if (m.how == "blocking") {
      blocking<found>([] {
        stand();
        return std::int64_t{100};
      });
    }
    if (m.how == "awaited") {
      start_task([]() -> task<void> { co_await co::blocking(stand); });
    }
  }
  static void handle_info(const found& m, state& s) { s.total += m.n; }
};
struct task_v2 : detail::task_server {};
struct task_supervisor_v2 : detail::task_supervisor_module {};

class task_upgrade_test : public testing::Test {
 protected:
  task_upgrade_test() {
    told = &words_;
    directory_ = std::filesystem::temp_directory_path() / ("patchbay-task-" + std::to_string(getpid()));
    code_ = std::make_unique<code::code_server>(code::code_server_options{directory_, {}, 1s, {}, 16}, host_->types(),
                                                host_.table());
    fill(one_, "1.0.0", 1,
         {detail::server_module<detail::agent_server<v1::shelf>, 1>::table("test", "shelf"),
          detail::server_module<worker<v1::shelf, 1>, 1>::table("test", "worker"),
          detail::server_module<detail::task_server, 1>::table("test", "task"),
          detail::supervisor_module<detail::task_supervisor_module>::table("task_supervisor")});
    fill(two_, "2.0.0", 2,
         {detail::server_module<detail::agent_server<v2::shelf>, 2>::table("test", "shelf"),
          detail::server_module<worker<v2::shelf, 2>, 1>::table("test", "worker"),
          detail::server_module<task_v2, 1>::table("test", "task"),
          detail::supervisor_module<task_supervisor_v2>::table("task_supervisor")});
    two_.group.share_gate(one_.group.gate());
    host_.also_find([this](std::string_view name) {
      code::generation& now = *serving_;
      now.group.need();
      return now.find(name);
    });
    shelf_ = static_cast<pid>(host_.spawn("shelf"));
    worker_ = static_cast<pid>(host_.spawn("worker"));
  }
  ~task_upgrade_test() override {
    words_.let_go = true;
    host_->stop();
    std::filesystem::remove_all(directory_);
  }

  void fill(code::generation& made, const std::string& of, std::uint64_t number,
            std::initializer_list<const pb_module*> tables) {
    made.number = number;
    made.application = "test";
    made.version = of;
    made.group.label = "g" + std::to_string(number);
    made.table = &table_;
    for (const pb_module* each : tables) {
      host_.adopt(*each);
      made.modules.push_back(std::make_unique<process::module>(*each, "test", of, made.group));
    }
  }

  outcome<release::swap_report> swap(direction way, std::chrono::milliseconds limit = 30s) {
    const bool up = way == direction::up;
    plan_ = {};
    plan_.application = "test";
    plan_.from_version = up ? "1.0.0" : "2.0.0";
    plan_.to_version = up ? "2.0.0" : "1.0.0";
    plan_.way = way;
    plan_.modules.resize(4);
    plan_.modules[0].module = "shelf";
    plan_.modules[0].action = release::module_action::advanced;
    plan_.modules[1].module = "worker";
    plan_.modules[2].module = "task";
    plan_.modules[3].module = "task_supervisor";
    code::generation& from = up ? one_ : two_;
    code::generation& to = up ? two_ : one_;
    to.group.reinstate();
    release::swap_options options;
    options.suspend_timeout = limit;
    auto done = release::swap(*host_, *code_, {{&plan_, nullptr, &from, &to}}, options);
    if (done) serving_ = &to;
    return done;
  }
  void suspend(pid who, bool on) {
    std::atomic<bool> done{false};
    host_->run_on(static_cast<pb_pid>(who), [&](process::process* p) {
      p->set_suspended(on);
      done = true;
    });
    ASSERT_TRUE(eventually([&] { return done.load(); }));
  }

  words words_;
  runtime host_{};
  code::generation one_;
  code::generation two_;
  std::atomic<code::generation*> serving_{&one_};
  release::application_plan plan_;
  std::filesystem::path directory_;
  std::unique_ptr<code::code_server> code_;
  pb_plugin table_{};
  pid shelf_ = pid::nobody;
  pid worker_ = pid::nobody;
};

TEST_F(task_upgrade_test, an_agents_state_is_carried_up_and_down_by_update_advanced) {
  agent::update<v1::shelf>(shelf_, [](std::int64_t n) { return n + 5; });
  ASSERT_TRUE(swap(direction::up));
  EXPECT_EQ(agent::get<v2::shelf>(shelf_, [](const auto& s) { return std::pair(s.now, s.largest); }),
            (std::pair(5L, 5L)));
  agent::update<v2::shelf>(shelf_, [](auto& s) { s.now = 3; });
  ASSERT_TRUE(swap(direction::down));
  EXPECT_EQ(agent::get<v1::shelf>(shelf_, [](std::int64_t n) { return n; }), 3);
}

TEST_F(task_upgrade_test, queued_functions_of_the_old_version_find_no_form_in_the_new) {
  suspend(shelf_, true);
  for (int i = 0; i < 3; ++i) cast<poke>(worker_, shelf_, "cast");
  std::thread caller([this] {
    try {
      agent::get<v1::shelf>(with_timeout(shelf_, 30s), [](std::int64_t n) { return n; });
      ADD_FAILURE() << "a function of version 1 ran in version 2";
    } catch (const call_error& failure) {
      EXPECT_EQ(failure.status(), PB_E_UNDEF_MESSAGE) << failure.what();
    }
  });
  ASSERT_TRUE(eventually([&] { return host_->info(static_cast<pb_pid>(shelf_))->queued >= 4; })) << "put aside";
  EXPECT_EQ(one_.group.needs(), 3) << "the casts hold the code that they are";
  const auto done = swap(direction::up);
  ASSERT_TRUE(done) << done.failure().text;
  suspend(shelf_, false);
  caller.join();
  EXPECT_TRUE(eventually([&] { return host_->dropped() == 3; }));
  EXPECT_TRUE(eventually([&] { return host_.logged("takes no test/shelf.cast in this form: dropped"); }));
  EXPECT_EQ(words_.ended, 0);
  EXPECT_TRUE(eventually([&] { return one_.group.needs() == 0; }));
  EXPECT_EQ(one_.group.resident_count(), 0U);
  cast<poke>(worker_, shelf_, "cast");
  EXPECT_TRUE(eventually([&] { return words_.ended == 1; })) << "the new version's functions run";
}

TEST_F(task_upgrade_test, a_task_that_computes_aborts_a_swap_by_name_and_holds_its_generation) {
  cast<poke>(worker_, shelf_, "computes");
  ASSERT_TRUE(eventually([&] { return words_.inside == 1; }));
  const auto hasty = swap(direction::up, 100ms);
  ASSERT_FALSE(hasty);
  EXPECT_NE(hasty.failure().text.find("task"), std::string::npos) << hasty.failure().text;
  EXPECT_EQ(call<version>(worker_), 1) << "the old release serves";
  EXPECT_EQ(one_.group.resident_count(), 3U);
  words_.let_go = true;
  const auto done = swap(direction::up);
  ASSERT_TRUE(done) << done.failure().text;
  EXPECT_EQ(words_.ended, 1);
  EXPECT_TRUE(eventually([&] { return one_.group.resident_count() == 0; }));
  ASSERT_TRUE(swap(direction::down));
  EXPECT_EQ(call<version>(worker_), 1);
}

TEST_F(task_upgrade_test, a_task_that_is_a_coroutine_is_waited_for_or_aborts_a_swap_by_name) {
  cast<poke>(worker_, shelf_, "waits");
  ASSERT_TRUE(eventually([&] { return words_.inside == 1; }));
  const auto hasty = swap(direction::up, 100ms);
  ASSERT_FALSE(hasty);
  EXPECT_EQ(hasty.failure().code, "drain_timeout");
  EXPECT_NE(hasty.failure().text.find("task"), std::string::npos) << hasty.failure().text;
  std::thread later([&] {
    EXPECT_TRUE(eventually([&] { return one_.group.gate().shut(); }));
    words_.let_go = true;
  });
  const auto done = swap(direction::up);
  later.join();
  ASSERT_TRUE(done) << done.failure().text;
  EXPECT_EQ(words_.ended, 1);
  EXPECT_EQ(call<version>(worker_), 2);
}

// The handler that blocks its thread in await ends only if its tasks are run, behind the gate that holds all else back.
TEST_F(task_upgrade_test, tasks_that_a_handler_awaits_are_run_during_a_swap) {
  std::thread caller([this] { EXPECT_EQ(call<work>(with_timeout(worker_, 60s), "awaits"), 4950); });
  ASSERT_TRUE(eventually([&] { return words_.inside == 1; }));
  const auto done = swap(direction::up);
  caller.join();
  ASSERT_TRUE(done) << done.failure().text;
  EXPECT_EQ(call<version>(worker_), 2);
}

TEST_F(task_upgrade_test, tasks_of_a_supervisor_that_a_handler_awaits_are_run_during_a_swap) {
  const auto tasks = static_cast<pid>(host_.spawn("task_supervisor", "tasks"));
  std::thread caller([this] { EXPECT_EQ(call<work>(with_timeout(worker_, 60s), "supervised"), 4950); });
  ASSERT_TRUE(eventually([&] { return words_.inside == 1; }));
  const auto done = swap(direction::up);
  caller.join();
  ASSERT_TRUE(done) << done.failure().text;
  EXPECT_EQ(call<version>(worker_), 2);
  EXPECT_EQ(call<work>(with_timeout(worker_, 60s), "supervised"), 4950) << "new tasks start in the new version";
  EXPECT_TRUE(eventually([&] { return task_supervisor::children(tasks).empty(); }));
  EXPECT_EQ(one_.group.resident_count(), 0U);
}

TEST_F(task_upgrade_test, work_that_blocks_goes_on_and_its_value_reaches_the_new_version) {
  cast<poke>(worker_, shelf_, "blocking");
  ASSERT_TRUE(eventually([&] { return words_.inside == 1; }));
  const auto done = swap(direction::up);
  ASSERT_TRUE(done) << done.failure().text;
  EXPECT_EQ(one_.group.needs(), 1) << "the work holds its code";
  EXPECT_EQ(call<version>(worker_), 2);
  words_.let_go = true;
  EXPECT_TRUE(eventually([&] { return call<version>(worker_) == 102; }));
  EXPECT_TRUE(eventually([&] { return one_.group.needs() == 0; }));
  ASSERT_TRUE(swap(direction::down));
  EXPECT_EQ(call<version>(worker_), 101);
}

TEST_F(task_upgrade_test, work_that_a_coroutine_awaits_is_waited_for) {
  cast<poke>(worker_, shelf_, "awaited");
  ASSERT_TRUE(eventually([&] { return words_.inside == 1; }));
  EXPECT_FALSE(swap(direction::up, 100ms));
  words_.let_go = true;
  const auto done = swap(direction::up);
  ASSERT_TRUE(done) << done.failure().text;
  EXPECT_EQ(words_.ended, 1);
}

}  // namespace
}  // namespace patchbay::test
