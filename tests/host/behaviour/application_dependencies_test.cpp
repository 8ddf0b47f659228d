// OTP.md section 2, application: errors, dependencies, ensure_all_started, env, and all of it from inside a process.
#include <nlohmann/json.hpp>

#include "application_host.hpp"

namespace patchbay::test {
namespace {

using behaviour::application_type;
using behaviour::start_mode;

struct application_dependencies_test : ::testing::Test {
  application_host host;
  std::string ensure(const std::vector<std::string>& names, start_mode mode = start_mode::serial) {
    const auto started = host->ensure_all_started(names, application_type::temporary, mode);
    if (!started) return text_of(started);
    std::string all;
    for (const auto& each : *started) all += (all.empty() ? "" : " ") + each;
    return all;
  }
};

TEST_F(application_dependencies_test, not_started_names_the_dependency) {
  host.add("a");
  host.add("b", {"a"});
  EXPECT_EQ(text_of(host->start("b")), "not_started {not_started,a}: b 1.0.0 needs it");
  EXPECT_EQ(text_of(host->stop("b")), "not_started {not_started,b}");
}

TEST_F(application_dependencies_test, already_started) {
  host.add("a");
  ASSERT_EQ(text_of(host->start("a")), "ok");
  EXPECT_EQ(text_of(host->start("a")), "already_started {already_started,a}");
}

TEST_F(application_dependencies_test, already_loaded) {
  host.add("a");
  ASSERT_EQ(text_of(host->load("a")), "ok");
  EXPECT_EQ(text_of(host->load("a")), "already_loaded {already_loaded,a}");
  EXPECT_EQ(text_of(host->start("a")), "ok");
  EXPECT_EQ(text_of(host->unload("a")), "running {running,a}");
  ASSERT_EQ(text_of(host->stop("a")), "ok");
  EXPECT_EQ(text_of(host->unload("a")), "ok");
  EXPECT_EQ(text_of(host->unload("a")), "not_loaded {not_loaded,a}");
}

TEST_F(application_dependencies_test, no_such_file_or_directory) {
  EXPECT_EQ(text_of(host->start("a")),
            "no_such_file {\"no such file or directory\",\"a.app\"}: the release has no application a");
}

TEST_F(application_dependencies_test, ensure_all_started_starts_what_is_needed_first) {
  host.add("a");
  host.add("b", {"a"});
  host.add("c", {"a", "b"});
  EXPECT_EQ(ensure({"c"}), "a b c");
  EXPECT_EQ(ensure({"c"}), "") << "{ok,[]} for what runs";
  host->stop_all();
}

TEST_F(application_dependencies_test, ensure_all_started_stops_what_it_started_where_one_fails) {
  host.add("a");
  host.add("before");
  host.add("b", {"a"});
  host.add("c", {"b", "before"}).env_json = R"({"name":"c","fail_start":"no_disk"})";
  ASSERT_EQ(text_of(host->start("before")), "ok");
  for (const auto mode : {start_mode::serial, start_mode::concurrent}) {
    EXPECT_EQ(ensure({"c"}, mode), "application_start_failure {c,{application_start_failure,c,{application,no_disk}}}");
    EXPECT_EQ(host.started().substr(0, 6), "before");
    EXPECT_EQ(host.top("a"), 0U);
    EXPECT_EQ(host.top("b"), 0U);
  }
  host.add("d", {"nobody"});
  EXPECT_EQ(ensure({"d"}),
            "no_such_file {nobody,{\"no such file or directory\",\"nobody.app\"}: the release has no "
            "application nobody}");
}

TEST_F(application_dependencies_test, ensure_all_started_concurrent_starts_together_what_does_not_need_each_other) {
  host.add("a").env_json = R"({"name":"a","hold_start":true})";
  host.add("b").env_json = R"({"name":"b","hold_start":true})";
  host.add("c", {"a", "b"});
  std::thread starting([&] { EXPECT_EQ(ensure({"c"}, start_mode::concurrent), "a b c"); });
  EXPECT_TRUE(host.wait_for_event("start a"));
  EXPECT_TRUE(host.wait_for_event("start b")) << "while a still starts";
  EXPECT_EQ(host.events().find("start c"), std::string::npos);
  host.let_go();
  starting.join();
}

TEST_F(application_dependencies_test, optional_applications_start_first_if_present) {
  host.add("cache");
  auto& a = host.add("a", {"cache", "absent"});
  a.optional_applications = {"cache", "absent"};
  EXPECT_EQ(ensure({"a"}), "cache a");
}

TEST_F(application_dependencies_test, an_optional_application_that_does_not_run_is_no_error_of_start) {
  host.add("cache");
  host.add("a", {"cache"}).optional_applications = {"cache"};
  EXPECT_EQ(text_of(host->start("a")), "ok");
  EXPECT_EQ(host.started(), "a");
}

TEST_F(application_dependencies_test, what_an_included_application_needs_is_started_before_its_primary) {
  host.add("base");
  host.add("inner", {"base"});
  host.add("a").included_applications = {"inner"};
  EXPECT_EQ(text_of(host->start("a")), "not_started {not_started,base}: a 1.0.0 needs it");
  EXPECT_EQ(ensure({"a"}), "base a");
}

TEST_F(application_dependencies_test, those_that_need_each_other_are_told_so) {
  host.add("a", {"b"});
  host.add("b", {"a"});
  EXPECT_EQ(ensure({"a"}).substr(0, 16), "not_started {b,{") << ensure({"a"});
}

TEST_F(application_dependencies_test, get_env_set_env_and_get_all_env) {
  host.add("a").env_json = R"({"name":"a","limits":{"max":5}})";
  ASSERT_EQ(text_of(host->start("a")), "ok");
  EXPECT_EQ(host.ask_in("a", "get_env", "a", "limits.max"), "5");
  EXPECT_EQ(host.ask_in("a", "get_env", "a", "gone"), "undefined");
  EXPECT_EQ(host.ask_in("a", "own_env", "name"), "a") << "without a name the caller's own";
  EXPECT_EQ(host.ask_in("a", "set_env", "a", "n"), "ok");
  EXPECT_EQ(host.ask_in("a", "get_env", "a", "n"), "7");
  EXPECT_EQ(nlohmann::json::parse(host.ask_in("a", "all_env", "a")),
            (nlohmann::json{{"name", "a"}, {"limits", {{"max", 5}}}, {"n", 7}}));
  EXPECT_EQ(host.ask_in("a", "unset_env", "a", "limits"), "ok");
  EXPECT_EQ(host.ask_in("a", "get_env", "a", "limits.max"), "undefined");
}

TEST_F(application_dependencies_test, set_env_holds_over_stops_and_upgrades) {
  host.add("a").env_json = R"({"name":"a","n":1})";
  ASSERT_EQ(text_of(host->start("a")), "ok");
  ASSERT_EQ(host.ask_in("a", "set_env", "a", "n"), "ok");
  host.clear_events();
  host.at("a").env_json = R"({"name":"a","n":2})";
  host.install();
  EXPECT_EQ(host.ask_in("a", "get_env", "a", "n"), "7");
  EXPECT_EQ(host.events(), "") << "what it sees has not changed";
  ASSERT_EQ(text_of(host->stop("a")), "ok");
  ASSERT_EQ(text_of(host->start("a")), "ok");
  EXPECT_EQ(host.ask_in("a", "get_env", "a", "n"), "7");
}

TEST_F(application_dependencies_test, applications_are_started_and_stopped_from_a_process) {
  host.add("a");
  host.add("b");
  host.add("c", {"b"});
  ASSERT_EQ(text_of(host->start("a")), "ok");
  EXPECT_EQ(host.ask_in("a", "start", "c"), "not_started {not_started,b}: c 1.0.0 needs it");
  EXPECT_EQ(host.ask_in("a", "ensure", "c"), "b c");
  EXPECT_EQ(host.ask_in("a", "start", "c"), "already_started {already_started,c}");
  EXPECT_EQ(host.ask_in("a", "which"), "c/the c/1.0.0 b/the b/1.0.0 a/the a/1.0.0");
  EXPECT_EQ(host.ask_in("a", "stop", "c"), "ok");
  EXPECT_EQ(host.ask_in("a", "stop", "c"), "not_started {not_started,c}");
  EXPECT_EQ(host.ask_in("a", "loaded"), "c/the c/1.0.0 b/the b/1.0.0 a/the a/1.0.0");
  EXPECT_EQ(host.ask_in("a", "unload", "c"), "ok");
  EXPECT_EQ(host.ask_in("a", "load", "c"), "ok");
  EXPECT_EQ(host.ask_in("a", "load", "c"), "already_loaded {already_loaded,c}");
  EXPECT_EQ(host.ask_in("a", "load", "nobody").substr(0, 9), "not_found");
  EXPECT_EQ(host.ask_in("a", "unload", "b"), "running {running,b}");
}

TEST_F(application_dependencies_test, what_a_process_started_has_no_parent_and_ends_orderly) {
  host.add("a");
  host.add("b");
  ASSERT_EQ(text_of(host->start("a")), "ok");
  ASSERT_EQ(host.ask_in("a", "start", "b"), "ok");
  host.clear_events();
  ASSERT_EQ(text_of(host->stop("b")), "ok");
  EXPECT_EQ(host.events(), "prep_stop b, terminate b shutdown, stop b prepared");
}

TEST_F(application_dependencies_test, a_process_cannot_stop_its_own_application) {
  host.add("a");
  ASSERT_EQ(text_of(host->start("a")), "ok");
  EXPECT_EQ(host.ask_in("a", "stop", "a").substr(0, 6), "badarg");
  EXPECT_EQ(host.started(), "a");
}

TEST_F(application_dependencies_test, what_one_started_before_its_turn_is_what_the_release_says_it_is) {
  host.add("a").env_json = R"({"name":"a","asks":"start","of":"b"})";
  host.add("b").type = application_type::permanent;
  ASSERT_EQ(text_of(host->start_all(host.release())), "ok");
  EXPECT_EQ(host.started(), "b a");
  EXPECT_EQ(host->which_applications().front().type, application_type::permanent);
}

TEST_F(application_dependencies_test, an_application_may_start_another_while_it_starts_and_not_itself) {
  host.add("b");
  host.add("a").env_json = R"({"name":"a","asks":"start","of":"b"})";
  ASSERT_EQ(text_of(host->start("a")), "ok");
  EXPECT_EQ(host.events(), "start a, init a, start b, init b, ok");
  host.add("c").env_json = R"({"name":"c","asks":"start","of":"c"})";
  host.clear_events();
  ASSERT_EQ(text_of(host->start("c")), "ok");
  EXPECT_EQ(host.events().substr(0, 30), "start c, init c, badarg badarg") << host.events();
}

}  // namespace
}  // namespace patchbay::test
