// OTP.md section 2, application: its types, callbacks and start phases. Each test says a part of that line.
#include "application_host.hpp"

namespace patchbay::test {
namespace {

using behaviour::application_type;
using process::reason;

struct application_callbacks_test : ::testing::Test {
  application_host host;
  void end(const std::string& name, const reason& why) {
    ASSERT_EQ(host.system().stop_process({host.top(name), {}}, why, 10s, nullptr), PB_OK);
  }
};

TEST_F(application_callbacks_test, start_1_is_temporary) {
  host.add("a");
  ASSERT_EQ(text_of(host->start("a")), "ok");
  EXPECT_EQ(host->which_applications().front().type, application_type::temporary);
}

TEST_F(application_callbacks_test, permanent_any_exit_ends_the_node) {
  host.add("a");
  ASSERT_EQ(text_of(host->start("a", application_type::permanent)), "ok");
  end("a", reason::normal());
  EXPECT_TRUE(host.wait_for_event("host ends: a normal"));
}

TEST_F(application_callbacks_test, transient_abnormal_exit_only) {
  host.add("a");
  host.add("b");
  ASSERT_EQ(text_of(host->start("a", application_type::transient)), "ok");
  ASSERT_EQ(text_of(host->start("b", application_type::transient)), "ok");
  end("a", reason::normal());
  EXPECT_TRUE(host.wait_for_log("application: a, exited: normal, type: transient"));
  end("b", reason::failure("boom"));
  EXPECT_TRUE(host.wait_for_event("host ends: b boom"));
  EXPECT_EQ(host.events().find("host ends: a"), std::string::npos);
}

// To an application master every reason but normal is abnormal: a supervisor at the top ends with shutdown where it gives up.
TEST_F(application_callbacks_test, a_transient_one_that_ends_with_shutdown_ends_the_node_too) {
  const std::vector<std::pair<std::string, reason>> ends{{"a", reason::shutdown()},
                                                         {"b", reason::shutdown("moved")},
                                                         {"c", {PB_EXIT_KILL, {}}},
                                                         {"d", reason::failure("boom")}};
  for (const auto& [name, why] : ends) {
    host.add(name);
    ASSERT_EQ(text_of(host->start(name, application_type::transient)), "ok");
    if (why.kind == PB_EXIT_KILL) {
      host.system().exit(host.top(name), why);
    } else {
      end(name, why);
    }
    const auto words = why.kind == PB_EXIT_KILL ? std::string("killed") : why.words();
    EXPECT_TRUE(host.wait_for_event("host ends: " + name + " " + words));
  }
}

TEST_F(application_callbacks_test, a_transient_one_whose_supervisor_gives_up_ends_the_node) {
  host.add("a").mod_module = "family";
  host.add("b");
  ASSERT_EQ(text_of(host->start("b", application_type::transient)), "ok");
  ASSERT_EQ(text_of(host->start("a", application_type::transient)), "ok");
  for (int shot = 0; shot < 4; ++shot) {
    pb_pid child = 0;
    ASSERT_TRUE(eventually([&] {
      const auto trees = host->tree(10s);
      const auto& top = trees.back().top;
      if (top.empty() || top.front().children.empty()) return false;
      child = top.front().children.front().pid;
      return child != 0 && host.system().alive(child);
    }));
    host.system().exit(child, {PB_EXIT_KILL, {}});
    ASSERT_TRUE(eventually([&] { return !host.system().alive(child); }));
  }
  EXPECT_TRUE(host.wait_for_event("host ends: a shutdown"));
  EXPECT_EQ(host.events().find("host ends: b"), std::string::npos);
  EXPECT_NE(host.top("b"), 0U) << "what else runs is the host's to stop";
}

TEST_F(application_callbacks_test, a_transient_one_that_ends_with_normal_ends_nobody_else) {
  host.add("a");
  host.add("b", {"a"});
  ASSERT_EQ(text_of(host->start("a", application_type::transient)), "ok");
  ASSERT_EQ(text_of(host->start("b", application_type::permanent)), "ok");
  end("a", reason::normal());
  EXPECT_TRUE(host.wait_for_log("application: a, exited: normal, type: transient"));
  EXPECT_EQ(host.started(), "a- b");
  // An end that is told after it: had the first one been told, it would stand before.
  host.add("c");
  ASSERT_EQ(text_of(host->start("c", application_type::permanent)), "ok");
  end("c", reason::normal());
  ASSERT_TRUE(host.wait_for_event("host ends: c normal"));
  EXPECT_EQ(host.events().find("host ends: a"), std::string::npos);
  EXPECT_TRUE(host.system().alive(host.top("b")));
}

TEST_F(application_callbacks_test, temporary_is_reported_only) {
  host.add("a");
  ASSERT_EQ(text_of(host->start("a")), "ok");
  end("a", reason::failure("boom"));
  EXPECT_TRUE(host.wait_for_log("application_controller exit report: application: a, exited: boom, type: temporary"));
  EXPECT_EQ(host.started(), "a-");
}

TEST_F(application_callbacks_test, prep_stop_then_the_tree_stops_then_stop) {
  host.add("a");
  ASSERT_EQ(text_of(host->start("a")), "ok");
  ASSERT_EQ(text_of(host->stop("a")), "ok");
  EXPECT_EQ(host.events(), "start a, init a, prep_stop a, terminate a shutdown, stop a prepared");
}

TEST_F(application_callbacks_test, prep_stop_and_stop_also_when_the_top_process_ends_by_itself) {
  host.add("a");
  ASSERT_EQ(text_of(host->start("a")), "ok");
  end("a", reason::failure("boom"));
  EXPECT_TRUE(host.wait_for_event("stop a prepared"));
  EXPECT_EQ(host.events(), "start a, init a, terminate a boom, prep_stop a, stop a prepared");
}

TEST_F(application_callbacks_test, prep_stop_that_fails_leaves_the_state_and_is_reported) {
  host.add("a").env_json = R"({"name":"a","fail_prep_stop":true,"fail_stop":true})";
  ASSERT_EQ(text_of(host->start("a")), "ok");
  ASSERT_EQ(text_of(host->stop("a")), "ok");
  EXPECT_EQ(host.events(), "start a, init a, prep_stop a, terminate a shutdown, stop a");
  EXPECT_TRUE(host.logged("application_master shutdown_error: a: prep_stop: not prepared"));
  EXPECT_TRUE(host.logged("application_master shutdown_error: a: stop: not stopped"));
}

TEST_F(application_callbacks_test, maxt_stops_it_with_prep_stop_and_stop_and_its_end_is_normal) {
  host.add("a").max_t = process::milliseconds(1);
  ASSERT_EQ(text_of(host->start("a", application_type::transient)), "ok");
  EXPECT_TRUE(host.wait_for_log("application: a, exited: normal, type: transient"));
  EXPECT_EQ(host.events(), "start a, init a, prep_stop a, terminate a shutdown, stop a prepared");
  EXPECT_EQ(host.started(), "a-");
  host.clear_events();
  // Its time begins anew with each start.
  ASSERT_EQ(text_of(host->start("a", application_type::permanent)), "ok");
  EXPECT_TRUE(host.wait_for_event("host ends: a normal"));
}

TEST_F(application_callbacks_test, maxt_of_one_that_was_stopped_before_does_nothing) {
  host.add("a").max_t = std::chrono::hours(1);
  host.add("b").max_t = std::chrono::hours(1);
  ASSERT_EQ(text_of(host->start("a")), "ok");
  ASSERT_EQ(text_of(host->start("b")), "ok");
  ASSERT_EQ(text_of(host->stop("a")), "ok");
  ASSERT_EQ(text_of(host->unload("a")), "ok") << "nobody waits for the hour";
  end("b", reason::failure("boom"));
  EXPECT_TRUE(host.wait_for_log("application: b, exited: boom"));
  ASSERT_EQ(text_of(host->start("b")), "ok") << "nor a new run for the old one's";
}

TEST_F(application_callbacks_test, start_gets_the_env_and_the_args_of_mod) {
  host.add("a").mod_args_json = R"({"name":"from mod"})";
  ASSERT_EQ(text_of(host->start("a")), "ok");
  EXPECT_EQ(host.events(), "start from mod, init from mod");
}

TEST_F(application_callbacks_test, a_start_that_fails_starts_nothing) {
  host.add("a").env_json = R"({"name":"a","fail_start":"no_disk"})";
  EXPECT_EQ(text_of(host->start("a")), "application_start_failure {application_start_failure,a,{application,no_disk}}");
  EXPECT_EQ(host.started(), "");
  host.add("b").env_json = R"({"name":"b","top":""})";
  EXPECT_EQ(text_of(host->start("b")),
            "application_start_failure {application_start_failure,b,{application,"
            "bad_return: start names no module for the top process}}");
  host.add("c").env_json = R"({"name":"c","top":"application"})";
  EXPECT_EQ(text_of(host->start("c")),
            "application_start_failure {application_start_failure,c,{application,"
            "bad_return: that module is no process's}}");
  host.add("d").env_json = R"({"name":"d","fail":"no_port"})";
  EXPECT_EQ(text_of(host->start("d")), "application_start_failure {application_start_failure,d,{worker,no_port}}");
}

TEST_F(application_callbacks_test, mod_may_name_a_supervisor_and_has_no_callbacks_then) {
  host.add("a").mod_module = "family";
  ASSERT_EQ(text_of(host->start("a")), "ok");
  ASSERT_EQ(text_of(host->stop("a")), "ok");
  EXPECT_EQ(host.events(), "init a, terminate a shutdown");
}

TEST_F(application_callbacks_test, start_phase_for_each_phase_in_order_after_the_tree) {
  host.add("a").start_phases = {{"init", R"({"n":1})"}, {"go", "{}"}};
  ASSERT_EQ(text_of(host->start("a")), "ok");
  EXPECT_EQ(host.events(), R"(start a, init a, phase init {"n":1}, phase go {})");
}

TEST_F(application_callbacks_test, a_start_phase_that_fails_stops_the_tree) {
  host.add("a").start_phases = {{"init", R"({"fail":"no_peer"})"}, {"go", "{}"}};
  EXPECT_EQ(text_of(host->start("a")),
            "application_start_failure {application_start_failure,a,{application,start_phase init: no_peer}}");
  EXPECT_EQ(host.events(), R"(start a, init a, phase init {"fail":"no_peer"}, terminate a shutdown)");
  EXPECT_EQ(host.started(), "");
  host.at("a").start_phases.clear();
  EXPECT_EQ(text_of(host->start("a")), "ok") << "it may be tried again";
}

TEST_F(application_callbacks_test, start_phases_need_a_callback_module) {
  auto& a = host.add("a");
  a.start_phases = {{"init", "{}"}};
  a.mod_module = "family";
  EXPECT_EQ(text_of(host->start("a")).substr(0, 34), "bad_keys {bad_keys,{{mod,family},s");
}

TEST_F(application_callbacks_test, included_applications_are_loaded_and_not_started) {
  host.add("inner");
  host.add("a").included_applications = {"inner"};
  ASSERT_EQ(text_of(host->start("a")), "ok");
  EXPECT_EQ(host.started(), "inner- a");
  EXPECT_EQ(host.events(), "start a, init a");
  host.add("b").included_applications = {"nobody"};
  EXPECT_EQ(text_of(host->start("b")),
            "no_such_file {\"no such file or directory\",\"nobody.app\"}: the release has no application nobody");
}

TEST_F(application_callbacks_test, start_phases_are_synchronised_with_included_applications) {
  host.add("innermost").start_phases = {{"go", R"({"who":"innermost"})"}};
  auto& inner = host.add("inner");
  inner.start_phases = {{"go", R"({"who":"inner"})"}};
  inner.included_applications = {"innermost"};
  auto& a = host.add("a");
  a.start_phases = {{"init", R"({"who":"a"})"}, {"go", R"({"who":"a"})"}};
  a.included_applications = {"inner"};
  ASSERT_EQ(text_of(host->start("a")), "ok");
  EXPECT_EQ(host.events(),
            R"(start a, init a, phase init {"who":"a"}, phase go {"who":"a"}, phase go {"who":"inner"}, )"
            R"(phase go {"who":"innermost"})");
}

TEST_F(application_callbacks_test, config_change_gets_changed_new_and_removed) {
  host.add("a").env_json = R"({"name":"a","kept":1,"changed":1,"removed":1})";
  host.add("b");
  ASSERT_EQ(text_of(host->start("a")), "ok");
  ASSERT_EQ(text_of(host->start("b")), "ok");
  host.clear_events();
  host.at("a").env_json = R"({"name":"a","kept":1,"changed":2,"added":{"x":3}})";
  host.install();
  EXPECT_EQ(host.events(), R"(config_change {"changed":2} {"added":{"x":3}} ["removed"])") << "b's env is as it was";
  host.clear_events();
  host.install();
  EXPECT_EQ(host.events(), "");
}

TEST_F(application_callbacks_test, config_change_is_not_told_to_what_does_not_run) {
  host.add("a");
  ASSERT_EQ(text_of(host->load("a")), "ok");
  host.at("a").env_json = R"({"name":"a","n":1})";
  host.install();
  EXPECT_EQ(host.events(), "");
}

TEST_F(application_callbacks_test, stop_all_calls_them_in_reverse) {
  host.add("a");
  host.add("b", {"a"});
  ASSERT_EQ(text_of(host->ensure_all_started({"b"}, application_type::permanent)), "ok");
  host.clear_events();
  host->stop_all();
  EXPECT_EQ(host.events(),
            "prep_stop b, terminate b shutdown, stop b prepared, "
            "prep_stop a, terminate a shutdown, stop a prepared");
  EXPECT_EQ(text_of(host->start("a")), "shutdown shutdown: the host is stopping; a is neither started nor stopped");
}

}  // namespace
}  // namespace patchbay::test
