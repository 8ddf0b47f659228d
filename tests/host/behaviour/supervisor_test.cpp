// Supervisors with real processes: starts, restarts, stops (OTP.md section 2).
#include <cstdint>
#include <future>
#include <initializer_list>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "supervisor_fixture.hpp"

namespace patchbay::test {
namespace {

using nlohmann::json;
using process::reason;
using namespace std::chrono_literals;

TEST_F(supervisor_test, starts_left_to_right_and_stops_in_reverse) {
  const json trapping{{"trap", true}};
  const pb_pid top =
      sup({worker("a", {{"name", "first"}}, trapping), worker("b", {}, trapping), worker("c", {}, trapping)});
  EXPECT_EQ(host_.events(), "init a, init b, init c");
  EXPECT_EQ(children_of(top), "a b c");
  EXPECT_EQ(host_->whereis("first"), child(top, "a"));
  const auto counts = host_.control().count_children(top, brief);
  ASSERT_TRUE(counts.ok());
  EXPECT_EQ(counts->specs, 3u);
  EXPECT_EQ(counts->active, 3u);
  EXPECT_EQ(counts->workers, 3u);
  EXPECT_EQ(counts->supervisors, 0u);
  EXPECT_EQ(host_.logged("progress_report: supervisor: {local,top}, started: [{pid,"), 3);
  host_.clear_events();
  EXPECT_EQ(stop(top).words(), "shutdown");
  EXPECT_EQ(host_.events(), "terminate c shutdown, terminate b shutdown, terminate a shutdown");
  EXPECT_TRUE(host_.nobody_is_left());
  EXPECT_EQ(host_.logged("supervisor_report"), 0);
}

TEST_F(supervisor_test, a_child_that_fails_stops_those_before_it_and_fails_the_supervisor) {
  const json args{{"children",
                   {worker("a", {}, {{"trap", true}}), worker("b", {}, {{"trap", true}}),
                    worker("c", {}, {{"fail", "no_disk"}}), worker("d")}}};
  const auto made = host_.try_spawn("sup", args, "top");
  ASSERT_FALSE(made);
  EXPECT_EQ(made.failure.status, PB_E_INIT);
  EXPECT_EQ(made.failure.why.words(), "{shutdown, {failed_to_start_child,c,no_disk}}");
  EXPECT_EQ(host_.events(), "init a, init b, fail c, terminate b shutdown, terminate a shutdown");
  EXPECT_EQ(host_.logged("errorContext: start_error, reason: no_disk, offender: [{pid,undefined},{id,c}"), 1);
  EXPECT_EQ(host_->whereis("top"), 0u);
  EXPECT_TRUE(host_.nobody_is_left());
}

TEST_F(supervisor_test, bad_specs_fail_its_init_in_otps_words) {
  const auto why = [&](const json& args) { return host_.try_spawn("sup", args).failure.why.words(); };
  EXPECT_EQ(why({{"strategy", 7}}), "{supervisor_data,{invalid_strategy,7}}");
  EXPECT_EQ(why({{"period_s", 0}}), "{supervisor_data,{invalid_period,0}}");
  EXPECT_EQ(why({{"children", {worker("a"), worker("a")}}}), "{start_spec,{duplicate_child_name,a}}");
  EXPECT_EQ(why({{"children", {worker("a", {{"module", "nobody"}})}}}),
            "{shutdown, {failed_to_start_child,a,{undef_module,test/nobody}}}");
  EXPECT_EQ(why({{"fail", "what() of an exception"}}), "what() of an exception");
  EXPECT_EQ(host_.try_spawn("sup", {{"ignore", true}}).failure.status, PB_E_IGNORE);
  EXPECT_TRUE(host_.nobody_is_left());
  EXPECT_EQ(host_.events(), "");
}

TEST_F(supervisor_test, ignore_keeps_the_spec_but_for_temporary_children) {
  const pb_pid top =
      sup({worker("a", {}, {{"ignore", true}}), worker("b", {{"restart", 2}}, {{"ignore", true}}), worker("c")});
  EXPECT_EQ(children_of(top), "a- c");
}

TEST_F(supervisor_test, a_permanent_child_comes_back_under_its_name_and_the_others_stay) {
  const pb_pid top = sup({worker("a", {{"name", "seq"}}), worker("b")});
  const pb_pid before = child(top, "a");
  const pb_pid other = child(top, "b");
  crash(before);
  ASSERT_TRUE(host_.wait_for_event("init a", 2));
  EXPECT_EQ(children_of(top), "a b");
  EXPECT_NE(child(top, "a"), before);
  EXPECT_EQ(host_->whereis("seq"), child(top, "a"));
  EXPECT_EQ(child(top, "b"), other);
  EXPECT_EQ(host_.logged("supervisor_report: supervisor: {local,top}, errorContext: child_terminated, reason: boom, "
                         "offender: [{pid," +
                         process::pid_text(before) +
                         "},{id,a},{module,test/worker},{name,seq},"
                         "{restart_type,permanent},{shutdown,5000},{child_type,worker}]"),
            1);
  // Also after a normal end.
  EXPECT_EQ(host_->stop_process({child(top, "a"), {}}, reason::normal(), brief, nullptr), PB_OK);
  EXPECT_TRUE(host_.wait_for_event("init a", 3));
}

TEST_F(supervisor_test, transient_children_come_back_after_failures_only) {
  const pb_pid top = sup({worker("a", {{"restart", 1}}), worker("b", {{"restart", 1}}), worker("c", {{"restart", 1}})});
  crash(child(top, "a"));
  ASSERT_TRUE(host_.wait_for_event("init a", 2));
  host_->exit(child(top, "b"), reason::shutdown("moving"));
  ASSERT_EQ(host_->stop_process({child(top, "c"), {}}, reason::normal(), brief, nullptr), PB_OK);
  EXPECT_TRUE(host_.eventually([&] { return children_of(top) == "a b- c-"; })) << children_of(top);
  EXPECT_EQ(host_.logged("child_terminated"), 1);
  EXPECT_EQ(host_.events(), "init a, init b, init c, init a, terminate c normal");
}

TEST_F(supervisor_test, temporary_children_go_with_their_specs) {
  const pb_pid top = sup({worker("a", {{"restart", 2}}), worker("b", {{"restart", 2}})});
  crash(child(top, "a"));
  ASSERT_EQ(host_->stop_process({child(top, "b"), {}}, reason::normal(), brief, nullptr), PB_OK);
  EXPECT_TRUE(host_.eventually([&] { return children_of(top).empty(); })) << children_of(top);
  EXPECT_EQ(host_.logged("child_terminated"), 1);
}

TEST_F(supervisor_test, more_restarts_than_its_intensity_end_it) {
  const pb_pid top = sup({worker("a", {}, {{"trap", true}}), worker("b"), worker("c", {}, {{"trap", true}})},
                         {{"intensity", 3}, {"period_s", 3600}});
  for (int i = 0; i < 3; ++i) {
    crash(child(top, "b"));
    ASSERT_TRUE(host_.wait_for_event("init b", i + 2));
  }
  host_.clear_events();
  EXPECT_EQ(children_of(top), "a b c");
  crash(child(top, "b"));
  ASSERT_TRUE(gone(top));
  ASSERT_TRUE(host_.wait_for_event("terminate a shutdown"));
  EXPECT_EQ(host_.events(), "terminate c shutdown, terminate a shutdown");
  EXPECT_EQ(
      host_.logged("errorContext: shutdown, reason: reached_max_restart_intensity, offender: [{pid,undefined},{id,b}"),
      1);
  EXPECT_TRUE(host_.nobody_is_left());
}

TEST_F(supervisor_test, more_restarts_than_its_intensity_are_an_exit_with_shutdown) {
  const pb_pid top = sup({worker("a")}, {{"intensity", 0}});
  const pb_pid only = child(top, "a");
  auto end = std::async(std::launch::async, [&] { return host_->wait_for_end(top, brief); });
  // Not before it is watched: what ended earlier is noproc.
  ASSERT_TRUE(host_.eventually([&] {
    std::promise<std::size_t> watchers;
    host_->run_on(top, [&](process::process* self) {
      watchers.set_value(self == nullptr || self->ties_if_any() == nullptr ? 0 : self->ties_if_any()->watchers.size());
    });
    return watchers.get_future().get() == 1;
  }));
  crash(only);
  const auto why = end.get();
  ASSERT_TRUE(why.has_value());
  EXPECT_EQ(why->words(), "shutdown");
}

// OTP: suspended it queues everything; what it is asked, and what it would do again by itself, waits for resume.
TEST_F(supervisor_test, suspended_it_starts_nothing_until_resume) {
  const pb_pid top = sup({worker("a", {}, {{"fail_while", "down"}})}, {{"intensity", 1000000}, {"period_s", 3600}});
  const auto suspend = [&](bool on) {
    std::promise<void> done;
    host_->run_on(top, [&](process::process* self) {
      self->set_suspended(on);
      done.set_value();
    });
    done.get_future().get();
  };
  host_.raise("down");
  crash(child(top, "a"));
  ASSERT_TRUE(host_.wait_for_event("fail a"));
  suspend(true);
  host_.lower("down");
  host_.clear_events();
  behaviour::child_spec spec;
  spec.id = "b";
  spec.module = "worker";
  spec.args_json = R"({"id":"b"})";
  EXPECT_EQ(host_.control().start_child(top, spec, 50ms).failure().code, "timeout");
  EXPECT_EQ(host_.events(), "");
  suspend(false);
  EXPECT_TRUE(host_.wait_for_event("init a"));
  EXPECT_TRUE(host_.wait_for_event("init b"));
  EXPECT_EQ(children_of(top), "a b");
}

TEST_F(supervisor_test, failed_restarts_count) {
  const pb_pid top = sup({worker("a", {}, {{"fail_while", "down"}})}, {{"intensity", 4}, {"period_s", 3600}});
  host_.raise("down");
  crash(child(top, "a"));
  ASSERT_TRUE(gone(top));
  EXPECT_EQ(host_.events(), "init a, fail a, fail a, fail a, fail a");
  EXPECT_EQ(host_.logged("errorContext: start_error, reason: not_yet"), 4);
}

TEST_F(supervisor_test, it_stays_callable_while_a_restart_is_retried) {
  const pb_pid top = sup({worker("a", {}, {{"fail_while", "down"}})}, {{"intensity", 1000000}, {"period_s", 3600}});
  host_.raise("down");
  crash(child(top, "a"));
  ASSERT_TRUE(host_.wait_for_event("fail a"));
  EXPECT_EQ(children_of(top), "a~");
  const auto again = host_.control().restart_child(top, "a");
  ASSERT_FALSE(again.ok());
  EXPECT_EQ(again.failure().code, "restarting");
  host_.lower("down");
  EXPECT_TRUE(host_.eventually([&] { return children_of(top) == "a"; }));
}

TEST_F(supervisor_test, a_child_restarted_after_an_upgrade_starts_in_the_serving_generation) {
  const pb_pid top = sup({worker("a"), worker("b")});
  host_.serve(2);
  crash(child(top, "a"));
  ASSERT_TRUE(host_.wait_for_event("init2 a"));
  EXPECT_EQ(children_of(top), "a b");
  EXPECT_EQ(host_->info(child(top, "a"))->generation, "g2");
  EXPECT_EQ(host_->info(child(top, "b"))->generation, "g1");
}

TEST_F(supervisor_test, brutal_kill_and_a_late_child_are_killed) {
  const pb_pid top =
      sup({worker("late", {{"shutdown_ms", 1}}), worker("brutal", {{"shutdown_ms", 0}}, {{"trap", true}})});
  const pb_pid late = child(top, "late");
  host_.hold(late);
  host_->exit(top, reason::shutdown());
  // unlink, monitor, shutdown; then demonitor, monitor, kill.
  EXPECT_TRUE(host_.eventually([&] { return host_->info(late)->queued >= 6; }));
  host_.let_go();
  ASSERT_TRUE(gone(top));
  EXPECT_EQ(host_.events(), "init late, init brutal");
  EXPECT_TRUE(
      host_.wait_for_log("errorContext: shutdown_error, reason: killed, offender: [{pid," + process::pid_text(late)));
  EXPECT_EQ(host_.logged("shutdown_error"), 1);
}

TEST_F(supervisor_test, an_end_for_another_reason_is_a_shutdown_error) {
  const pb_pid top = sup({worker("a", {}, {{"trap", true}})});
  const pb_pid a = child(top, "a");
  host_.hold(a);
  ASSERT_EQ(host_->run_on(a,
                          [](process::process* self) {
                            if (self != nullptr) self->stop(reason::failure("its own trouble"));
                          }),
            PB_OK);
  host_->exit(top, reason::shutdown());
  EXPECT_TRUE(host_.eventually([&] { return host_->info(a)->queued >= 5; }));
  host_.let_go();
  ASSERT_TRUE(gone(top));
  EXPECT_TRUE(host_.wait_for_log("errorContext: shutdown_error, reason: its own trouble"));
}

TEST_F(supervisor_test, trees_end_from_the_top_and_strangers_are_ignored) {
  const json leaf{{"children", {worker("x", {}, {{"trap", true}}), worker("y", {}, {{"trap", true}})}}};
  const pb_pid top =
      sup({worker("a", {}, {{"trap", true}}),
           {{"id", "inner"}, {"module", "sup"}, {"type", 1}, {"shutdown_ms", UINT64_MAX}, {"args", leaf}}});
  const pb_pid inner = child(top, "inner");
  EXPECT_EQ(children_of(inner), "x y");
  EXPECT_EQ(host_.control().count_children(top, brief)->supervisors, 1u);
  // This thread is nobody's parent but top's.
  host_->exit(inner, reason::shutdown());
  EXPECT_EQ(children_of(inner), "x y");
  host_.clear_events();
  EXPECT_EQ(stop(top).words(), "shutdown");
  EXPECT_EQ(host_.events(), "terminate y shutdown, terminate x shutdown, terminate a shutdown");
  EXPECT_TRUE(host_.nobody_is_left());
}

TEST_F(supervisor_test, a_killed_supervisor_takes_its_children_with_it) {
  const pb_pid top = sup({worker("a"), worker("b", {}, {{"trap", true}})});
  const reason kill{PB_EXIT_KILL, {}};
  EXPECT_EQ(host_->wait_for_end(top, brief, &kill)->words(), "killed");
  EXPECT_TRUE(host_.nobody_is_left());
  EXPECT_EQ(host_.events(), "init a, init b, terminate b killed");
}

TEST_F(supervisor_test, its_state_is_shown_and_messages_are_refused) {
  const pb_pid top = sup({worker("a"), worker("b", {{"restart", 2}})});
  const auto state = host_->get_state(top, brief);
  ASSERT_TRUE(state.ok()) << state.failure().text;
  EXPECT_EQ(state->schema, "");
  const auto shown = json::parse(state->bytes);
  EXPECT_EQ(shown["strategy"], "one_for_one");
  ASSERT_EQ(shown["children"].size(), 2u);
  EXPECT_EQ(shown["children"][0]["id"], "a");
  EXPECT_EQ(shown["children"][1]["restart"], "temporary");
  const auto called = host_->call_encoded(top, "worker", 1, {}, brief);
  ASSERT_FALSE(called.ok());
  EXPECT_EQ(called.failure().code, "undef_message");
  ASSERT_TRUE(host_->post_encoded(top, message::signal::cast, "worker", 1, {}).ok());
  EXPECT_TRUE(host_.wait_for_log("supervisor {local,top} received unexpected message"));
  EXPECT_EQ(children_of(top), "a b");
}

}  // namespace
}  // namespace patchbay::test
