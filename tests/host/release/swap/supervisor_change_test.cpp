// supervisor's code_change in a swap: the sentences of OTP.md section 2, up and down.
#include <gtest/gtest.h>

#include <algorithm>
#include <thread>

#include "behaviour/supervisor_control.hpp"
#include "two_versions.hpp"

namespace patchbay::test {
namespace {

using release::direction;

/// Its children are gen_servers of the same application.
class supervisor_change : public testing::Test {
 protected:
  static patchbay::child_spec counter(const std::string& id) { return {.id = id, .module = "counter"}; }
  sup_answers& words() { return host_.words.supervisors; }
  pid start(const std::string& module = "sup") { return host_.spawn(module, 7, "top"); }
  static pb_pid raw(pid process) { return static_cast<pb_pid>(process); }
  behaviour::supervisor_control control() { return behaviour::supervisor_control(*host_.host); }

  /// `a b-`: oldest first, - where it does not run.
  std::string children(pid top) {
    const auto list = control().which_children(raw(top), 10s);
    std::string all;
    for (auto each = list->rbegin(); each != list->rend(); ++each) {
      all += (all.empty() ? "" : " ") + each->id + (each->restarting ? "~" : each->pid == 0 ? "-" : "");
    }
    return all;
  }
  pb_pid child(pid top, const std::string& id) {
    const auto list = control().which_children(raw(top), 10s);
    for (const auto& each : *list) {
      if (each.id == id) return each.pid;
    }
    return 0;
  }
  behaviour::child_spec spec(pid top, const std::string& id) { return *control().get_childspec(raw(top), id, 10s); }
  void crash(pb_pid pid) { host_.host->exit(pid, process::reason::failure("boom")); }

  two_versions host_;
};

TEST_F(supervisor_change, init_of_the_new_code_with_the_original_args) {
  words().one = words().two = {.children = {counter("a")}};
  const pid top = start();
  ASSERT_TRUE(host_.swap(direction::up).ok());
  EXPECT_EQ(host_.version_of(top), "2.0.0");
  const std::lock_guard lock(words().mutex);
  EXPECT_EQ(words().args, (std::vector<std::string>{R"({"start_at":7})", R"({"start_at":7})"}));
}

TEST_F(supervisor_change, known_ids_are_updated_and_keep_their_pids_both_ways) {
  words().one = {.children = {counter("a"), counter("b")}};
  words().two = {.children = {counter("b"), counter("a")}};
  words().two.children[0].restart = transient;
  words().two.children[0].shutdown = 7ms;
  words().two.children[0].args = {{"start_at", 100}};
  const pid top = start();
  const pb_pid a = child(top, "a");
  const pb_pid b = child(top, "b");
  ASSERT_TRUE(host_.swap(direction::up).ok());
  EXPECT_EQ(children(top), "b a");
  EXPECT_EQ(child(top, "a"), a);
  EXPECT_EQ(child(top, "b"), b);
  EXPECT_EQ(spec(top, "b").restart, behaviour::restart_type::transient);
  EXPECT_EQ(spec(top, "b").shutdown, 7ms);
  // The new spec is what the next restart uses.
  crash(b);
  ASSERT_TRUE(eventually([&] { return child(top, "b") != b && child(top, "b") != 0; }));
  EXPECT_EQ(call<bump>(static_cast<pid>(child(top, "b")), 1), 101);
  ASSERT_TRUE(host_.swap(direction::down).ok());
  EXPECT_EQ(children(top), "a b");
  EXPECT_EQ(child(top, "a"), a);
  EXPECT_EQ(spec(top, "b").restart, behaviour::restart_type::permanent);
  EXPECT_EQ(host_.version_of(top), "1.0.0");
}

TEST_F(supervisor_change, new_ids_are_added_and_not_started) {
  words().one = {.children = {counter("a")}};
  words().two = {.children = {counter("a"), counter("new")}};
  const pid top = start();
  ASSERT_TRUE(host_.swap(direction::up).ok());
  EXPECT_EQ(children(top), "a new-");
  ASSERT_TRUE(control().restart_child(raw(top), "new").ok());
  EXPECT_EQ(children(top), "a new");
}

TEST_F(supervisor_change, dropped_ids_are_kept_running_both_ways) {
  words().one = {.children = {counter("old"), counter("a")}};
  words().two = {.children = {counter("a")}};
  const pid top = start();
  const pb_pid old = child(top, "old");
  ASSERT_TRUE(host_.swap(direction::up).ok());
  EXPECT_EQ(children(top), "a old") << "behind those that the new code knows";
  EXPECT_EQ(child(top, "old"), old);
  EXPECT_TRUE(host_.host->alive(old));
  ASSERT_TRUE(control()
                  .start_child(raw(top),
                               [] {
                                 behaviour::child_spec added;
                                 added.id = "added";
                                 added.module = "counter";
                                 added.args_json = "{}";
                                 return added;
                               }())
                  .ok());
  ASSERT_TRUE(host_.swap(direction::down).ok());
  EXPECT_EQ(children(top), "old a added");
  EXPECT_EQ(child(top, "old"), old);
}

TEST_F(supervisor_change, flags_are_replaced) {
  words().one = {.intensity = 100, .period = 3600s, .children = {counter("a"), counter("b")}};
  words().two = {.strategy = one_for_all, .intensity = 1, .period = 3600s, .children = {counter("a"), counter("b")}};
  const pid top = start();
  for (int i = 0; i < 5; ++i) {
    const pb_pid before = child(top, "a");
    crash(before);
    ASSERT_TRUE(eventually([&] { return child(top, "a") != before && child(top, "a") != 0; }));
  }
  ASSERT_TRUE(host_.swap(direction::up).ok());
  EXPECT_TRUE(host_.host->alive(raw(top))) << "what was counted before ends nobody by itself";
  crash(child(top, "a"));
  EXPECT_TRUE(eventually([&] { return !host_.host->alive(raw(top)); })) << "more than one restart in an hour";
}

TEST_F(supervisor_change, a_new_strategy_holds_from_the_next_end_on) {
  words().one = {.children = {counter("a"), counter("b")}};
  words().two = {.strategy = one_for_all, .children = {counter("a"), counter("b")}};
  const pid top = start();
  const pb_pid a = child(top, "a");
  ASSERT_TRUE(host_.swap(direction::up).ok());
  crash(child(top, "b"));
  EXPECT_TRUE(eventually([&] { return child(top, "a") != a && child(top, "a") != 0; }));
}

TEST_F(supervisor_change, a_bad_spec_refuses_the_whole_swap_and_nothing_is_changed) {
  words().one = {.children = {counter("a")}};
  const pid top = start();
  const pid other = host_.spawn("counter", 5, "other");
  const auto refused = [&](const std::string& part) {
    const auto done = host_.swap(direction::up);
    if (done) return std::string("it went through");
    EXPECT_EQ(done.failure().code, "code_change_failed");
    return done.failure().text.find(part) == std::string::npos ? done.failure().text : std::string();
  };
  words().two = {.children = {counter("b"), counter("b")}};
  EXPECT_EQ(refused("init: {start_spec,{duplicate_child_name,b}}"), "");
  words().two = {.children = {{.id = "b", .module = "counter", .restart = transient, .significant = true}}};
  EXPECT_EQ(refused("{bad_combination,[{auto_shutdown,never},{significant,true}]}"), "");
  words().two = {.strategy = simple_one_for_one, .children = {counter("b")}};
  EXPECT_EQ(refused("{bad_flags,"), "");
  words().two = {.children = {counter("b")}};
  words().how_two = "throw";
  EXPECT_EQ(refused("no children of mine"), "");
  words().how_two = "impure";
  EXPECT_EQ(refused("in_code_change"), "");
  EXPECT_EQ(children(top), "a");
  EXPECT_EQ(host_.version_of(top), "1.0.0");
  EXPECT_EQ(host_.version_of(other), "1.0.0");
  EXPECT_EQ(call<bump>(other, 1), 6);
}

TEST_F(supervisor_change, an_init_that_hangs_is_given_up) {
  words().one = words().two = {.children = {counter("a")}};
  words().how_two = "loop";
  const pid top = start();
  release::swap_options options;
  options.code_change_timeout = 50ms;
  const auto done = host_.swap(direction::up, options);
  ASSERT_FALSE(done.ok());
  EXPECT_EQ(done.failure().code, "code_change_timeout");
  EXPECT_EQ(children(top), "a");
  EXPECT_EQ(host_.version_of(top), "1.0.0");
  host_.words.let_go = true;
  EXPECT_TRUE(eventually([&] { return host_.two.group.pins().empty(); }));
}

TEST_F(supervisor_change, ignore_changes_nothing_but_the_code) {
  words().one = {.children = {counter("a")}};
  words().how_two = "ignore";
  const pid top = start();
  const pb_pid a = child(top, "a");
  ASSERT_TRUE(host_.swap(direction::up).ok());
  EXPECT_EQ(host_.version_of(top), "2.0.0");
  EXPECT_EQ(child(top, "a"), a);
}

TEST_F(supervisor_change, a_retried_restart_goes_on_in_the_new_version) {
  // No module of that name in either version: each attempt fails, and the supervisor tries again by a message to itself.
  words().one = {.intensity = 1000000, .period = 3600s, .children = {counter("a")}};
  words().two = words().one;
  const pid top = start();
  words().one.children[0].module = "nobody";
  words().two.children[0].module = "nobody";
  ASSERT_TRUE(host_.swap(direction::up).ok());
  crash(child(top, "a"));
  ASSERT_TRUE(eventually([&] { return children(top) == "a~"; }));
  words().one.children[0].module = "counter";
  ASSERT_TRUE(host_.swap(direction::down).ok());
  ASSERT_TRUE(eventually([&] { return children(top) == "a"; }));
  EXPECT_EQ(host_.version_of(static_cast<pid>(child(top, "a"))), "1.0.0");
}

TEST_F(supervisor_change, calls_that_wait_are_answered_after_it) {
  words().one = {.children = {counter("a")}};
  words().two = {.children = {counter("a"), counter("b")}};
  const pid top = start();
  std::atomic<bool> done{false};
  std::atomic<int> answered{0};
  std::atomic<int> failed{0};
  std::thread caller([&] {
    while (!done) ++(control().which_children(raw(top), 10s).ok() ? answered : failed);
  });
  ASSERT_TRUE(eventually([&] { return answered > 0; }));
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(host_.swap(i % 2 == 0 ? direction::up : direction::down).ok());
  done = true;
  caller.join();
  EXPECT_EQ(failed, 0);
  EXPECT_EQ(children(top), "a b-");
}

TEST_F(supervisor_change, a_dynamic_supervisor_keeps_its_children_and_takes_the_new_flags) {
  words().dynamic_one = {.max_children = 3};
  words().dynamic_two = {.max_children = 2, .extra_arguments = {{"start_at", 50}}};
  const pid top = start("dynamic_sup");
  behaviour::child_spec spec;
  spec.id = "c";
  spec.module = "counter";
  spec.args_json = "{}";
  const pb_pid first = *control().start_child(raw(top), spec);
  ASSERT_TRUE(host_.swap(direction::up).ok());
  EXPECT_EQ(control().which_children(raw(top), 10s)->front().pid, first);
  const auto second = control().start_child(raw(top), spec);
  ASSERT_TRUE(second.ok());
  EXPECT_EQ(call<bump>(static_cast<pid>(*second), 1), 51);
  EXPECT_EQ(control().start_child(raw(top), spec).failure().code, "max_children");
  ASSERT_TRUE(host_.swap(direction::down).ok());
  EXPECT_TRUE(control().start_child(raw(top), spec).ok());
}

TEST_F(supervisor_change, a_simple_one_for_one_supervisor_keeps_its_children_both_ways) {
  words().one = {.strategy = simple_one_for_one, .children = {counter("c")}};
  words().one.children[0].args = {{"start_at", 10}};
  words().two = words().one;
  words().two.children[0].args = {{"start_at", 50}};
  words().two.children[0].shutdown = 7ms;
  const pid top = start();
  std::vector<pb_pid> pids;
  for (const char* args : {"{}", R"({"start_at":1})", R"({"start_at":2})"}) {
    behaviour::child_spec given;
    given.args_json = args;
    pids.push_back(*control().start_child(raw(top), given));
  }
  const auto running = [&] {
    const auto list = control().which_children(raw(top), 10s);
    std::vector<pb_pid> all;
    for (const auto& each : *list) all.push_back(each.pid);
    std::sort(all.begin(), all.end());
    return all;
  };
  std::sort(pids.begin() + 1, pids.end());
  for (const direction way : {direction::up, direction::down, direction::up}) {
    ASSERT_TRUE(host_.swap(way).ok());
    EXPECT_EQ(host_.version_of(top), way == direction::up ? "2.0.0" : "1.0.0");
    EXPECT_EQ(running(), pids);
    for (const pb_pid each : pids) {
      EXPECT_EQ(host_.version_of(static_cast<pid>(each)), host_.version_of(top));
      call<bump>(static_cast<pid>(each), 1);
    }
    EXPECT_EQ(spec(top, "c").shutdown, way == direction::up ? 7ms : 5000ms);
  }
  EXPECT_EQ(call<bump>(static_cast<pid>(pids[0]), 0), 13) << "10 from its first start";
  EXPECT_EQ(call<bump>(static_cast<pid>(pids[1]), 0), 4);
  // The new version's spec is what the next restart and the next child use; what start_child gave stays.
  const auto restarted = [&](pb_pid which) {
    const auto before = running();
    crash(which);
    pb_pid made = 0;
    EXPECT_TRUE(eventually([&] {
      for (const pb_pid each : running()) {
        if (each != 0 && std::find(before.begin(), before.end(), each) == before.end()) made = each;
      }
      return made != 0;
    }));
    return static_cast<pid>(made);
  };
  EXPECT_EQ(call<bump>(restarted(pids[1]), 0), 1);
  EXPECT_EQ(call<bump>(restarted(pids[0]), 0), 50);
  behaviour::child_spec next;
  next.args_json = "{}";
  EXPECT_EQ(call<bump>(static_cast<pid>(*control().start_child(raw(top), next)), 0), 50);
}

TEST_F(supervisor_change, a_partition_supervisor_keeps_its_partitions_and_who_is_found_by_key_both_ways) {
  auto& one = words().partition_one;
  one.child = {.module = "counter"};
  one.partitions = 3;
  one.with_arguments = [](const arg_list&, std::uint64_t at) { return arg_list{{"start_at", at}}; };
  auto& two = words().partition_two;
  two = one;
  two.strategy = one_for_all;
  two.with_arguments = [](const arg_list&, std::uint64_t at) { return arg_list{{"start_at", 100 + at}}; };
  const pid top = start("partition_sup");
  std::vector<pid> pids;
  for (int i = 0; i < 3; ++i) pids.push_back(partition("top", i));
  for (const direction way : {direction::up, direction::down}) {
    ASSERT_TRUE(host_.swap(way).ok());
    EXPECT_EQ(host_.version_of(top), way == direction::up ? "2.0.0" : "1.0.0");
    EXPECT_EQ(partition_supervisor::partitions("top"), 3u);
    for (std::size_t i = 0; i < pids.size(); ++i) {
      EXPECT_EQ(partition("top", static_cast<int>(i)), pids[i]);
      EXPECT_EQ(child(top, std::to_string(i)), raw(pids[i]));
      EXPECT_EQ(host_.version_of(pids[i]), host_.version_of(top));
      EXPECT_EQ(call<bump>(pids[i], 0), static_cast<std::int64_t>(i));
    }
    const auto changed = [&](int at) {
      const pid now = partition("top", at);
      return now != pid::nobody && now != pids[static_cast<std::size_t>(at)];
    };
    crash(raw(pids[1]));
    ASSERT_TRUE(eventually([&] { return changed(1); }));
    if (way == direction::up) {
      // The strategy and the args of the second version.
      ASSERT_TRUE(eventually([&] { return changed(0) && changed(2); }));
      for (int i = 0; i < 3; ++i) {
        pids[static_cast<std::size_t>(i)] = partition("top", i);
        EXPECT_EQ(call<bump>(partition("top", i), -100), i) << "what the way down has to find";
      }
    } else {
      EXPECT_FALSE(changed(0) || changed(2)) << "one_for_one again";
      EXPECT_EQ(call<bump>(partition("top", 1), 0), 1);
    }
  }
  partition_supervisor::resize("top", 1);
  EXPECT_EQ(partition("top", 7), pids[0]);
}

}  // namespace
}  // namespace patchbay::test
