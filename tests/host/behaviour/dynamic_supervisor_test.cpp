// simple_one_for_one and DynamicSupervisor.
#include <vector>

#include "supervisor_fixture.hpp"

namespace patchbay::test {
namespace {

const json trapping{{"trap", true}};

/// A simple_one_for_one supervisor of workers, or a dynamic one.
class dynamic_supervisor_test : public supervisor_test {
 protected:
  pb_pid simple(const json& child = worker("tmpl"), const json& more = {}) {
    json args{{"strategy", PB_STRATEGY_SIMPLE_ONE_FOR_ONE}, {"intensity", 1000}};
    if (more.is_object()) args.update(more);
    return sup({child}, args);
  }
  pb_pid dynamic(const json& more = {}) {
    json args{{"dynamic", 1}};
    if (more.is_object()) args.update(more);
    return sup({}, args);
  }
  outcome<pb_pid> start(pb_pid top, const std::string& id, const json& more = {}) {
    behaviour::child_spec spec;
    spec.id = id;
    spec.module = "worker";
    json args{{"id", id}};
    if (more.is_object()) args.update(more);
    spec.args_json = args.dump();
    if (const auto shutdown = args.value("shutdown_ms", -1); shutdown >= 0) {
      spec.shutdown = std::chrono::milliseconds(shutdown);
    }
    return host_.control().start_child(top, spec);
  }
};

TEST_F(dynamic_supervisor_test, simple_one_for_one_starts_its_one_child_with_the_given_args_over_its_own) {
  const pb_pid top = simple(worker("tmpl", {}, {{"env", "from the spec"}}));
  EXPECT_EQ(children_of(top), "");
  ASSERT_TRUE(start(top, "a").ok());
  ASSERT_TRUE(start(top, "b", {{"env", "given"}}).ok());
  EXPECT_EQ(host_.events(), "init a \"from the spec\", init b \"given\"");
  EXPECT_EQ(children_of(top), "undefined undefined");
  const auto counts = host_.control().count_children(top, brief);
  EXPECT_EQ(counts->specs, 1u);
  EXPECT_EQ(counts->active, 2u);
  EXPECT_EQ(counts->workers, 2u);
}

TEST_F(dynamic_supervisor_test, simple_one_for_one_knows_children_by_pid_only) {
  const pb_pid top = simple();
  const pb_pid a = *start(top, "a");
  auto& control = host_.control();
  EXPECT_EQ(control.terminate_child(top, "tmpl").failure().code, "simple_one_for_one");
  EXPECT_EQ(control.restart_child(top, "tmpl").failure().code, "simple_one_for_one");
  EXPECT_EQ(control.delete_child(top, "tmpl").failure().code, "simple_one_for_one");
  EXPECT_EQ(control.get_childspec(top, "tmpl", brief)->id, "tmpl");
  EXPECT_EQ(control.get_childspec(top, behaviour::child_name{"", a}, brief)->id, "tmpl");
  EXPECT_TRUE(control.terminate_child(top, behaviour::child_name{"", a}).ok());
  EXPECT_FALSE(host_->alive(a));
  EXPECT_EQ(control.terminate_child(top, behaviour::child_name{"", a}).failure().code, "not_found");
  EXPECT_EQ(children_of(top), "");
}

TEST_F(dynamic_supervisor_test, a_permanent_dynamic_child_comes_back_with_its_own_args) {
  const pb_pid top = simple();
  const pb_pid a = *start(top, "a");
  ASSERT_TRUE(start(top, "b").ok());
  crash(a);
  ASSERT_TRUE(host_.wait_for_event("init a", 2));
  EXPECT_EQ(children_of(top), "undefined undefined");
}

TEST_F(dynamic_supervisor_test, a_failed_restart_is_retried_and_the_old_pid_names_the_child_meanwhile) {
  const pb_pid top = simple(worker("tmpl"), {{"intensity", 1000000}, {"period_s", 3600}});
  const pb_pid a = *start(top, "a", {{"fail_while", "down"}});
  host_.raise("down");
  crash(a);
  ASSERT_TRUE(host_.wait_for_event("fail a", 2));
  EXPECT_EQ(children_of(top), "undefined~");
  EXPECT_EQ(host_.control().count_children(top, brief)->active, 0u);
  EXPECT_TRUE(host_.control().terminate_child(top, behaviour::child_name{"", a}).ok());
  EXPECT_EQ(children_of(top), "");
}

TEST_F(dynamic_supervisor_test, ignore_leaves_nothing_behind) {
  const pb_pid top = simple();
  EXPECT_EQ(*start(top, "a", {{"ignore", true}}), 0u);
  EXPECT_EQ(start(top, "b", {{"fail", "no_disk"}}).failure().text, "no_disk");
  EXPECT_EQ(children_of(top), "");
}

TEST_F(dynamic_supervisor_test, dynamic_children_stop_in_parallel_under_one_timer) {
  const pb_pid top = simple(worker("tmpl", {{"shutdown_ms", 300}}));
  std::vector<pb_pid> children;
  for (int i = 0; i < 8; ++i) children.push_back(*start(top, "w" + std::to_string(i), trapping));
  // All others end while the first does not.
  host_.hold(children[0]);
  host_->exit(top, reason::shutdown());
  for (std::size_t i = 1; i < children.size(); ++i) {
    EXPECT_TRUE(host_.wait_for_event("terminate w" + std::to_string(i) + " shutdown"));
  }
  // The handler that holds it; unlink, monitor, shutdown; and the kill.
  EXPECT_TRUE(host_.eventually([&] { return host_->info(children[0])->queued >= 5; }));
  host_.let_go();
  EXPECT_TRUE(gone(top));
  EXPECT_TRUE(host_.nobody_is_left());
  EXPECT_EQ(host_.logged("errorContext: shutdown_error, reason: killed"), 1);
}

// Two that do not end: stopped one after the other, the second would be told to when the first has been killed.
TEST_F(dynamic_supervisor_test, dynamic_children_are_all_told_before_any_is_killed) {
  const pb_pid top = simple(worker("tmpl", {{"shutdown_ms", 3'600'000}}));
  host_.raise("terminating");
  for (const char* id : {"a", "b"}) ASSERT_TRUE(start(top, id, {{"trap", true}, {"lingers", "terminating"}}).ok());
  host_->exit(top, reason::shutdown());
  EXPECT_TRUE(host_.wait_for_event("lingers a"));
  EXPECT_TRUE(host_.wait_for_event("lingers b"));
  host_.lower("terminating");
  EXPECT_TRUE(gone(top));
  EXPECT_TRUE(host_.nobody_is_left());
}

TEST_F(dynamic_supervisor_test, brutal_kill_kills_all_at_once_without_an_error) {
  const pb_pid top = simple(worker("tmpl", {{"shutdown_ms", 0}}));
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(start(top, "w", trapping).ok());
  EXPECT_EQ(stop(top).words(), "shutdown");
  EXPECT_TRUE(host_.nobody_is_left());
  EXPECT_EQ(host_.logged("shutdown_error"), 0);
  EXPECT_EQ(host_.events().find("terminate"), std::string::npos);
}

TEST_F(dynamic_supervisor_test, max_children) {
  const pb_pid top = dynamic({{"max_children", 2}});
  const pb_pid a = *start(top, "a");
  ASSERT_TRUE(start(top, "b").ok());
  EXPECT_EQ(start(top, "c").failure().code, "max_children");
  EXPECT_TRUE(host_.control().terminate_child(top, behaviour::child_name{"", a}).ok());
  EXPECT_TRUE(start(top, "c").ok());
}

TEST_F(dynamic_supervisor_test, max_children_is_infinity_by_default_and_ids_may_be_there_twice) {
  const pb_pid top = dynamic();
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(start(top, "same").ok());
  const auto counts = host_.control().count_children(top, brief);
  EXPECT_EQ(counts->specs, 100u);
  EXPECT_EQ(counts->active, 100u);
  EXPECT_EQ(host_.control().delete_child(top, "same").failure().code, "simple_one_for_one");
}

TEST_F(dynamic_supervisor_test, extra_arguments_go_under_every_childs_own) {
  const pb_pid top = dynamic({{"extra_args", {{"env", "extra"}, {"id", "nobody"}}}});
  ASSERT_TRUE(start(top, "a").ok());
  ASSERT_TRUE(start(top, "b", {{"env", "own"}}).ok());
  EXPECT_EQ(host_.events(), "init a \"extra\", init b \"own\"");
}

TEST_F(dynamic_supervisor_test, max_restarts_3_in_5_seconds) {
  const pb_pid top = dynamic();
  pb_pid a = *start(top, "a");
  for (int i = 0; i < 3; ++i) {
    crash(a);
    ASSERT_TRUE(host_.wait_for_event("init a", i + 2));
    a = host_.control().which_children(top, brief)->front().pid;
  }
  crash(a);
  EXPECT_TRUE(gone(top));
  EXPECT_TRUE(host_.nobody_is_left());
}

TEST_F(dynamic_supervisor_test, each_child_has_its_own_time_to_stop) {
  const pb_pid top = dynamic();
  const pb_pid late = *start(top, "late", {{"shutdown_ms", 1}});
  ASSERT_TRUE(start(top, "slow", trapping).ok());
  host_.hold(late);
  host_->exit(top, reason::shutdown());
  EXPECT_TRUE(host_.wait_for_event("terminate slow shutdown"));
  EXPECT_TRUE(host_.eventually([&] { return host_->info(late)->queued >= 5; }));
  host_.let_go();
  EXPECT_TRUE(gone(top));
}

TEST_F(dynamic_supervisor_test, a_name_that_is_taken_is_already_started) {
  const pb_pid top = dynamic();
  behaviour::child_spec spec;
  spec.id = spec.name = "named";
  spec.module = "worker";
  spec.application = "test";
  spec.args_json = "{}";
  const pb_pid first = *host_.control().start_child(top, spec);
  pb_pid existing = 0;
  const auto again =
      host_.control().start_child(top, behaviour::child_request{spec, spec.args_json}, process::infinity, &existing);
  EXPECT_EQ(again.failure().code, "already_started");
  EXPECT_EQ(existing, first);
}

}  // namespace
}  // namespace patchbay::test
