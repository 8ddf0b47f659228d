// one_for_all, rest_for_one, significant children, shutdown kinds: the lines of OTP.md section 2 in their words.
#include "supervisor_fixture.hpp"

namespace patchbay::test {
namespace {

constexpr unsigned one_for_all = PB_STRATEGY_ONE_FOR_ALL;
constexpr unsigned rest_for_one = PB_STRATEGY_REST_FOR_ONE;
const json trapping{{"trap", true}};
const json often{{"intensity", 1000}, {"period_s", 3600}};

json with(json base, const json& more) {
  base.update(more);
  return base;
}

class strategy_test : public supervisor_test {};

TEST_F(strategy_test, one_for_all_stops_the_others_in_reverse_and_starts_all_from_the_left) {
  const pb_pid top =
      sup({worker("a", {}, trapping), worker("b"), worker("c", {}, trapping)}, {{"strategy", one_for_all}});
  host_.clear_events();
  crash(child(top, "b"));
  ASSERT_TRUE(host_.wait_for_event("init c"));
  EXPECT_EQ(host_.events(), "terminate c shutdown, terminate a shutdown, init a, init b, init c");
  EXPECT_EQ(children_of(top), "a b c");
}

TEST_F(strategy_test, rest_for_one_restarts_those_started_after_it) {
  const pb_pid top =
      sup({worker("a", {}, trapping), worker("b"), worker("c", {}, trapping)}, {{"strategy", rest_for_one}});
  const pb_pid a = child(top, "a");
  host_.clear_events();
  crash(child(top, "b"));
  ASSERT_TRUE(host_.wait_for_event("init c"));
  EXPECT_EQ(host_.events(), "terminate c shutdown, init b, init c");
  EXPECT_EQ(child(top, "a"), a);
  EXPECT_EQ(children_of(top), "a b c");
}

TEST_F(strategy_test, temporary_siblings_are_stopped_and_not_started_again) {
  const pb_pid top =
      sup({worker("t", {{"restart", 2}}), worker("b"), worker("u", {{"restart", 2}})}, {{"strategy", one_for_all}});
  crash(child(top, "b"));
  ASSERT_TRUE(host_.wait_for_event("init b", 2));
  EXPECT_EQ(children_of(top), "b");
  EXPECT_EQ(host_.events(), "init t, init b, init u, init b");
}

TEST_F(strategy_test, a_temporary_childs_end_restarts_nobody) {
  const pb_pid top = sup({worker("t", {{"restart", 2}}), worker("b")}, {{"strategy", one_for_all}});
  const pb_pid b = child(top, "b");
  crash(child(top, "t"));
  EXPECT_TRUE(host_.eventually([&] { return children_of(top) == "b"; }));
  EXPECT_EQ(child(top, "b"), b);
}

TEST_F(strategy_test, one_for_all_a_failed_restart_counts_is_retried_and_stays_callable) {
  const pb_pid top = sup({worker("a"), worker("b", {}, {{"fail_while", "down"}}), worker("c")},
                         with({{"strategy", one_for_all}}, often));
  host_.raise("down");
  crash(child(top, "a"));
  ASSERT_TRUE(host_.wait_for_event("fail b", 2));
  EXPECT_TRUE(host_.eventually([&] { return children_of(top) == "a b~ c-"; })) << children_of(top);
  EXPECT_EQ(host_.control().restart_child(top, "b").failure().code, "restarting");
  host_.lower("down");
  EXPECT_TRUE(host_.eventually([&] { return children_of(top) == "a b c"; }));
}

TEST_F(strategy_test, rest_for_one_goes_on_from_the_child_that_failed) {
  const pb_pid top = sup({worker("a"), worker("b"), worker("c", {}, {{"fail_while", "down"}}), worker("d")},
                         with({{"strategy", rest_for_one}}, often));
  host_.raise("down");
  crash(child(top, "b"));
  ASSERT_TRUE(host_.wait_for_event("fail c", 2));
  const pb_pid b = child(top, "b");
  host_.lower("down");
  EXPECT_TRUE(host_.eventually([&] { return children_of(top) == "a b c d"; }));
  EXPECT_EQ(child(top, "b"), b) << "only c and what follows is tried again";
}

TEST_F(strategy_test, terminate_child_ends_the_retries) {
  const pb_pid top = sup({worker("a", {}, {{"fail_while", "down"}}), worker("b")}, often);
  host_.raise("down");
  crash(child(top, "a"));
  ASSERT_TRUE(host_.wait_for_event("fail a"));
  EXPECT_TRUE(host_.control().terminate_child(top, "a").ok());
  host_.lower("down");
  EXPECT_EQ(children_of(top), "a- b");
  EXPECT_TRUE(host_.control().restart_child(top, "a").ok());
}

TEST_F(strategy_test, more_than_the_intensity_of_failed_restarts_ends_it_with_shutdown) {
  const pb_pid top = sup({worker("a", {}, trapping), worker("b", {}, {{"fail_while", "down"}})},
                         {{"strategy", one_for_all}, {"intensity", 2}, {"period_s", 3600}});
  host_.raise("down");
  crash(child(top, "b"));
  ASSERT_TRUE(gone(top));
  EXPECT_TRUE(host_.wait_for_log("reason: reached_max_restart_intensity"));
  EXPECT_TRUE(host_.nobody_is_left());
}

TEST_F(strategy_test, auto_shutdown_never_keeps_it_without_children) {
  const pb_pid top = sup({worker("a", {{"restart", 2}})});
  ASSERT_EQ(host_->stop_process({child(top, "a"), {}}, reason::normal(), brief, nullptr), PB_OK);
  EXPECT_TRUE(host_.eventually([&] { return children_of(top).empty(); }));
  EXPECT_TRUE(host_->alive(top));
}

TEST_F(strategy_test, auto_shutdown_any_significant) {
  const pb_pid top =
      sup({worker("plain", {{"restart", 1}}, trapping), worker("s", {{"restart", 1}, {"significant", 1}}),
           worker("t", {{"restart", 2}, {"significant", 1}})},
          {{"auto_shutdown", 1}});
  // A transient one that fails is restarted; only its own orderly end counts.
  crash(child(top, "s"));
  ASSERT_TRUE(host_.wait_for_event("init s", 2));
  ASSERT_EQ(host_->stop_process({child(top, "plain"), {}}, reason::normal(), brief, nullptr), PB_OK);
  EXPECT_TRUE(host_.eventually([&] { return children_of(top) == "plain- s t"; }));
  const pb_pid s = child(top, "s");
  ASSERT_EQ(host_->stop_process({s, {}}, reason::normal(), brief, nullptr), PB_OK);
  EXPECT_TRUE(gone(top));
  EXPECT_TRUE(host_.nobody_is_left());
}

TEST_F(strategy_test, auto_shutdown_all_significant) {
  const pb_pid top = sup({worker("plain"), worker("s", {{"restart", 1}, {"significant", 1}}),
                          worker("t", {{"restart", 2}, {"significant", 1}})},
                         {{"auto_shutdown", 2}});
  crash(child(top, "t"));
  EXPECT_TRUE(host_.eventually([&] { return children_of(top) == "plain s"; }));
  EXPECT_TRUE(host_->alive(top));
  host_->exit(child(top, "s"), reason::shutdown());
  EXPECT_TRUE(gone(top));
  EXPECT_TRUE(host_.nobody_is_left());
}

TEST_F(strategy_test, terminate_child_of_a_significant_one_is_no_auto_shutdown) {
  const pb_pid top = sup({worker("s", {{"restart", 1}, {"significant", 1}})}, {{"auto_shutdown", 1}});
  ASSERT_TRUE(host_.control().terminate_child(top, "s").ok());
  EXPECT_EQ(children_of(top), "s-");
}

TEST_F(strategy_test, conflicts_are_bad_combination) {
  const auto why = [&](const json& args) { return host_.try_spawn("sup", args).failure.why.words(); };
  EXPECT_EQ(why({{"children", {worker("a", {{"restart", 1}, {"significant", 1}})}}}),
            "{start_spec,{bad_combination,[{auto_shutdown,never},{significant,true}]}}");
  EXPECT_EQ(why({{"auto_shutdown", 1}, {"children", {worker("a", {{"significant", 1}})}}}),
            "{start_spec,{bad_combination,[{restart,permanent},{significant,true}]}}");
  const pb_pid top = sup({worker("a")});
  behaviour::child_spec spec;
  spec.id = "b";
  spec.module = "worker";
  spec.restart = behaviour::restart_type::transient;
  spec.significant = true;
  EXPECT_EQ(host_.control().start_child(top, spec).failure().text,
            "{bad_combination,[{auto_shutdown,never},{significant,true}]}");
}

TEST_F(strategy_test, a_supervisor_child_has_all_the_time_it_needs) {
  const json leaf{{"children", {worker("x", {}, trapping)}}};
  const pb_pid top =
      sup({{{"id", "inner"}, {"module", "sup"}, {"type", 1}, {"shutdown_ms", UINT64_MAX}, {"args", leaf}}});
  const pb_pid x = child(child(top, "inner"), "x");
  host_.hold(x);
  host_->exit(top, reason::shutdown());
  EXPECT_TRUE(host_.eventually([&] { return host_->info(x)->queued >= 4; }));
  host_.let_go();
  EXPECT_TRUE(gone(top));
  EXPECT_EQ(host_.events(), "init x, terminate x shutdown");
  EXPECT_EQ(host_.logged("shutdown_error"), 0);
}

// Found by a sibling that had begun to end by itself: it counted as gone while its terminate still ran.
TEST_F(strategy_test, a_sibling_whose_terminate_still_runs_is_waited_for) {
  host_.raise("busy");
  const pb_pid top = sup({worker("a"), worker("b", {}, {{"lingers", "busy"}})}, {{"strategy", one_for_all}});
  const pb_pid b = child(top, "b");
  EXPECT_EQ(host_->run_on(b, [](process::process* self) { self->stop(reason::normal()); }), PB_OK);
  ASSERT_TRUE(host_.wait_for_event("lingers b"));
  host_->exit(child(top, "a"), reason::failure("boom"));
  ASSERT_TRUE(host_.wait_for_log("child_terminated"));
  EXPECT_TRUE(host_->alive(b));
  EXPECT_EQ(host_.events(), "init a, init b, lingers b");
  host_.lower("busy");
  ASSERT_TRUE(host_.wait_for_event("init b", 2));
  EXPECT_EQ(host_.events(), "init a, init b, lingers b, terminate b normal, init a, init b");
}

TEST_F(strategy_test, stop_ends_it_with_the_reason_and_its_children_with_shutdown) {
  const pb_pid top = sup({worker("a", {}, trapping)});
  EXPECT_EQ(host_->stop_process({top, {}}, reason::normal(), brief, nullptr), PB_OK);
  EXPECT_EQ(host_.events(), "init a, terminate a shutdown");
  EXPECT_TRUE(host_.nobody_is_left());
}

TEST_F(strategy_test, the_default_intensity_is_elixirs_three_in_five_seconds) {
  const pb_pid top = sup({worker("a")});
  for (int i = 0; i < 3; ++i) {
    crash(child(top, "a"));
    ASSERT_TRUE(host_.wait_for_event("init a", i + 2));
  }
  EXPECT_TRUE(host_->alive(top));
  crash(child(top, "a"));
  EXPECT_TRUE(gone(top));
}

}  // namespace
}  // namespace patchbay::test
