// Applications: order, types, stops, and the tree.
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "behaviour/application_controller.hpp"
#include "family.hpp"

namespace patchbay::test {
namespace {

using behaviour::application;
using behaviour::application_controller;
using behaviour::application_type;
using behaviour::tree_node;
using nlohmann::json;
using process::reason;
using namespace std::chrono_literals;

class application_test : public testing::Test {
 protected:
  void SetUp() override { start_controller(std::chrono::minutes(1)); }
  void start_controller(process::milliseconds stop_limit) {
    behaviour::application_options options;
    options.stop_limit = stop_limit;
    // Every application of these tests has the modules of `test`.
    options.find_module = [find = host_.finder()](std::string_view name, std::string_view) {
      return find(name, "test");
    };
    options.on_permanent_exit = [this](const std::string& name, const reason& why) {
      host_.say("permanent_exit " + name + " " + why.words());
    };
    applications_ = std::make_unique<application_controller>(*host_, std::move(options));
  }
  /// Its top process is a trapping worker with the application's name as its id.
  static application app(const std::string& name, std::vector<std::string> needs = {},
                         application_type type = application_type::permanent, const json& more = {}) {
    application made;
    made.name = name;
    made.version = "1.0.0";
    made.applications = std::move(needs);
    made.type = type;
    made.mod_module = "worker";
    json args{{"id", name}, {"trap", true}};
    if (more.is_object()) args.update(more);
    made.mod_args_json = args.dump();
    return made;
  }
  /// A new release serves, as an install makes it known.
  void release(const std::vector<application>& next) {
    auto envs = application_controller::envs_of(next);
    ASSERT_EQ(text(envs), "ok");
    applications_->env().exchange(*envs);
    applications_->config_change(next, *envs);
  }
  pb_pid top(const std::string& name) {
    for (const auto& each : applications_->which_applications()) {
      if (each.name == name) return each.top;
    }
    return 0;
  }
  std::string started() {
    std::string all;
    for (const auto& each : applications_->which_applications()) {
      all += (all.empty() ? "" : " ") + each.name + (each.started ? "" : "-");
    }
    return all;
  }
  template <class Result>
  static std::string text(const outcome<Result>& result) {
    return result ? "ok" : result.failure().code + " " + result.failure().text;
  }

  family host_;
  std::unique_ptr<application_controller> applications_;
};

TEST_F(application_test, start_in_order_and_stop_in_reverse) {
  application library = app("lib");
  library.mod_module.clear();
  ASSERT_EQ(text(applications_->start_all({library, app("a", {"lib"}), app("b", {"a", "lib"}),
                                           app("later", {"nobody"}, application_type::load),
                                           app("never", {}, application_type::none)})),
            "ok");
  EXPECT_EQ(host_.events(), "init a, init b");
  EXPECT_EQ(started(), "lib a b later-");
  host_.clear_events();
  applications_->stop_all();
  EXPECT_EQ(host_.events(), "terminate b shutdown, terminate a shutdown");
  EXPECT_TRUE(host_.nobody_is_left());
  EXPECT_EQ(text(applications_->start(app("c"))),
            "shutdown shutdown: the host is stopping; c is neither started nor stopped");
  applications_->stop_all();
}

TEST_F(application_test, errors_are_otps) {
  ASSERT_EQ(text(applications_->start(app("a"))), "ok");
  EXPECT_EQ(text(applications_->start(app("a"))), "already_started {already_started,a}");
  EXPECT_EQ(text(applications_->start(app("b", {"c"}))), "not_started {not_started,c}: b 1.0.0 needs it");
  EXPECT_EQ(text(applications_->stop("b")), "not_started {not_started,b}");
  EXPECT_EQ(text(applications_->start(app("b", {}, application_type::permanent, {{"fail", "no_disk"}}))),
            "application_start_failure {application_start_failure,b,{worker,no_disk}}");
  EXPECT_EQ(text(applications_->start(app("b", {}, application_type::permanent, {{"ignore", true}}))),
            "application_start_failure {application_start_failure,b,{worker,ignore}}");
  application wrong = app("b");
  wrong.mod_module = "nobody";
  EXPECT_EQ(text(applications_->start(wrong)), "undef_module b 1.0.0: mod names nobody, which no loaded plugin has");
  wrong = app("b");
  wrong.env_json = "[1]";
  EXPECT_EQ(text(applications_->start(wrong)), "bad_json b 1.0.0: env: must be a table");
  EXPECT_EQ(text(applications_->load("b")),
            "no_such_file {\"no such file or directory\",\"b.app\"}: the release has no application b");
  EXPECT_EQ(started(), "a");
}

TEST_F(application_test, a_failing_start_takes_back_those_before_it) {
  ASSERT_EQ(text(applications_->start(app("old"))), "ok");
  host_.clear_events();
  EXPECT_EQ(
      text(applications_->start_all(
          {app("a"), app("b", {"a"}), app("c", {"b"}, application_type::permanent, {{"fail", "no_disk"}}), app("d")})),
      "application_start_failure {application_start_failure,c,{worker,no_disk}}");
  EXPECT_EQ(host_.events(), "init a, init b, fail c, terminate b shutdown, terminate a shutdown");
  EXPECT_EQ(started(), "old");
}

TEST_F(application_test, mod_args_win_over_the_env_key_by_key) {
  application a = app("a", {}, application_type::permanent, {{"env", {{"from", "args"}}}});
  a.env_json = R"({"env":{"from":"env","gone":1},"id":"not this"})";
  ASSERT_EQ(text(applications_->start(a)), "ok");
  EXPECT_EQ(host_.events(), R"(init a {"from":"args"})");
}

TEST_F(application_test, a_new_releases_env_holds_from_the_next_start) {
  application a = app("a");
  a.env_json = R"({"env":1})";
  ASSERT_EQ(text(applications_->start(a)), "ok");
  a.env_json = R"({"env":2})";
  a.version = "2.0.0";
  release({a});
  EXPECT_EQ(applications_->which_applications().front().version, "2.0.0");
  ASSERT_EQ(text(applications_->stop("a")), "ok");
  ASSERT_EQ(text(applications_->start("a")), "ok");
  EXPECT_EQ(host_.events(), "init a 1, terminate a shutdown, init a 2");
  EXPECT_EQ(text(applications_->start("b")),
            "no_such_file {\"no such file or directory\",\"b.app\"}: the release has no application b");
}

TEST_F(application_test, what_an_end_means_depends_on_the_type) {
  const auto run = [&](const std::string& name, application_type type, const reason& why) {
    ASSERT_EQ(text(applications_->start(app(name, {}, type))), "ok");
    ASSERT_EQ(host_->stop_process({top(name), {}}, why, 10s, nullptr), PB_OK);
    ASSERT_TRUE(host_.wait_for_log("{application_controller,exit} application_controller exit report: application: " +
                                   name + ", exited: " + why.words() + ", type: " + std::string(word(type))));
  };
  run("p", application_type::permanent, reason::normal());
  EXPECT_TRUE(host_.wait_for_event("permanent_exit p normal"));
  run("q", application_type::transient, reason::failure("boom"));
  EXPECT_TRUE(host_.wait_for_event("permanent_exit q boom"));
  run("r", application_type::transient, reason::normal());
  run("s", application_type::temporary, reason::failure("boom"));
  EXPECT_EQ(started(), "p- q- r- s-");
  // What ended may start again, and its asked-for stop is no exit.
  ASSERT_EQ(text(applications_->start(app("p"))), "ok");
  ASSERT_EQ(text(applications_->stop("p")), "ok");
  applications_.reset();
  EXPECT_EQ(host_.events().find("permanent_exit r"), std::string::npos);
  EXPECT_EQ(host_.events().find("permanent_exit s"), std::string::npos);
  EXPECT_EQ(host_.events().find("permanent_exit p shutdown"), std::string::npos);
}

TEST_F(application_test, one_whose_top_process_ends_at_once_tells_why) {
  for (int i = 0; i < 50; ++i) {
    const std::string name = "brief" + std::to_string(i);
    ASSERT_EQ(
        text(applications_->start(app(name, {}, application_type::temporary, {{"trap", false}, {"end", "soon"}}))),
        "ok");
    ASSERT_TRUE(host_.wait_for_log("application_controller exit report: application: " + name +
                                   ", exited: soon, type: temporary"));
  }
}

TEST_F(application_test, a_top_process_that_is_late_is_killed) {
  start_controller(1ms);
  ASSERT_EQ(text(applications_->start(app("a"))), "ok");
  const pb_pid late = top("a");
  host_.hold(late);
  std::thread stopping([&] { EXPECT_EQ(text(applications_->stop("a")), "ok"); });
  // What holds it, shutdown, kill.
  EXPECT_TRUE(host_.eventually([&] { return host_->info(late)->queued >= 3; }));
  host_.let_go();
  stopping.join();
  EXPECT_EQ(host_.logged("application a 1.0.0 killed"), 1);
  EXPECT_FALSE(host_->alive(late));
}

TEST_F(application_test, the_second_request_does_not_wait) {
  ASSERT_EQ(text(applications_->start_all({app("a"), app("b")})), "ok");
  host_.hold(top("b"));
  std::thread stopping([&] { applications_->stop_all(); });
  const pb_pid busy = top("b");
  EXPECT_TRUE(host_.eventually([&] { return host_->info(busy)->queued >= 2; }));
  applications_->stop_now();
  stopping.join();
  EXPECT_TRUE(host_->alive(busy)) << "its handler still runs";
  host_.let_go();
  EXPECT_TRUE(host_.nobody_is_left());
}

TEST_F(application_test, tree_shows_who_runs_below_whom_and_who_is_busy) {
  const json inner{{"children", {worker("x", {{"restart", 2}}), worker("y", {}, {{"ignore", true}})}}};
  application tree = app("tree");
  tree.mod_module = "sup";
  tree.mod_args_json = json{{"children",
                             {worker("a", {{"name", "first"}}),
                              {{"id", "inner"}, {"module", "sup"}, {"type", 1}, {"name", "in"}, {"args", inner}}}}}
                           .dump();
  ASSERT_EQ(text(applications_->start_all({tree, app("leaf", {"tree"})})), "ok");
  auto trees = applications_->tree(10s);
  ASSERT_EQ(trees.size(), 2u);
  ASSERT_EQ(trees[0].top.size(), 1u);
  const tree_node& top_node = trees[0].top[0];
  EXPECT_EQ(top_node.module, "sup");
  EXPECT_EQ(top_node.type, behaviour::child_type::supervisor);
  ASSERT_EQ(top_node.children.size(), 2u);
  EXPECT_EQ(top_node.children[0].id, "a");
  EXPECT_EQ(top_node.children[0].name, "first");
  EXPECT_EQ(top_node.children[0].pid, host_->whereis("first"));
  EXPECT_EQ(word(top_node.children[0].state), "running");
  ASSERT_EQ(top_node.children[1].children.size(), 2u);
  EXPECT_EQ(top_node.children[1].children[0].id, "x");
  EXPECT_EQ(word(top_node.children[1].children[0].restart), "temporary");
  EXPECT_EQ(word(top_node.children[1].children[1].state), "undefined");
  EXPECT_EQ(trees[1].application.name, "leaf");
  EXPECT_EQ(trees[1].top.at(0).type, behaviour::child_type::worker);

  host_.hold(host_->whereis("in"));
  trees = applications_->tree(50ms);
  const tree_node& busy = trees.at(0).top.at(0).children.at(1);
  EXPECT_EQ(word(busy.state), "busy");
  EXPECT_TRUE(busy.children.empty());
  EXPECT_EQ(word(trees[0].top[0].state), "running");
  host_.let_go();
}

}  // namespace
}  // namespace patchbay::test
