// which_children and its kin, with OTP's errors.
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "family.hpp"

namespace patchbay::test {
namespace {

using behaviour::restart_type;
using nlohmann::json;
using process::reason;
using namespace std::chrono_literals;

constexpr auto brief = 10s;

class supervisor_control_test : public testing::Test {
 protected:
  static behaviour::child_spec spec(const std::string& id, const json& args = {},
                                    restart_type restart = restart_type::permanent) {
    behaviour::child_spec made;
    made.id = id;
    made.module = "worker";
    made.application = "test";
    made.restart = restart;
    json all{{"id", id}};
    if (args.is_object()) all.update(args);
    made.args_json = all.dump();
    return made;
  }
  std::string children() { return names(*host_.control().which_children(top_, brief)); }
  template <class Result>
  static std::string code(const outcome<Result>& result) {
    return result ? "ok" : result.failure().code;
  }

  family host_;
  pb_pid top_ = host_.spawn("sup", {{"children", {worker("a")}}}, "top");
};

TEST_F(supervisor_control_test, start_child) {
  auto& control = host_.control();
  const auto b = control.start_child(top_, spec("b"));
  ASSERT_TRUE(b.ok());
  EXPECT_TRUE(host_->alive(*b));
  EXPECT_EQ(children(), "a b");
  const auto twice = control.start_child(top_, spec("b"));
  EXPECT_EQ(code(twice), "already_started");
  EXPECT_EQ(twice.failure().text, "{already_started," + process::pid_text(*b) + "}");
  const auto failed = control.start_child(top_, spec("c", {{"fail", "no_disk"}}));
  EXPECT_EQ(code(failed), "start_error");
  EXPECT_EQ(failed.failure().text, "no_disk");
  EXPECT_EQ(*control.start_child(top_, spec("d", {{"ignore", true}})), 0u);
  EXPECT_EQ(*control.start_child(top_, spec("e", {{"ignore", true}}, restart_type::temporary)), 0u);
  EXPECT_EQ(children(), "a b d-");
  EXPECT_EQ(code(control.start_child(top_, spec("d"))), "already_present");
}

TEST_F(supervisor_control_test, terminate_restart_delete) {
  auto& control = host_.control();
  EXPECT_EQ(code(control.restart_child(top_, "a")), "running");
  EXPECT_EQ(code(control.delete_child(top_, "a")), "running");
  EXPECT_EQ(code(control.terminate_child(top_, "a")), "ok");
  EXPECT_EQ(code(control.terminate_child(top_, "a")), "ok") << "as in OTP";
  EXPECT_EQ(children(), "a-");
  const auto again = control.restart_child(top_, "a");
  ASSERT_TRUE(again.ok());
  EXPECT_TRUE(host_->alive(*again));
  EXPECT_EQ(code(control.terminate_child(top_, "a")), "ok");
  EXPECT_EQ(code(control.delete_child(top_, "a")), "ok");
  EXPECT_EQ(children(), "");
  for (const auto& gone : {control.terminate_child(top_, "a"), control.delete_child(top_, "a")}) {
    EXPECT_EQ(code(gone), "not_found");
  }
  EXPECT_EQ(code(control.restart_child(top_, "a")), "not_found");
  EXPECT_EQ(code(control.get_childspec(top_, "a", brief)), "not_found");
  EXPECT_EQ(host_.logged("supervisor_report"), 0);
}

TEST_F(supervisor_control_test, a_terminated_temporary_child_takes_its_spec_with_it) {
  auto& control = host_.control();
  ASSERT_TRUE(control.start_child(top_, spec("t", {}, restart_type::temporary)).ok());
  EXPECT_EQ(code(control.terminate_child(top_, "t")), "ok");
  EXPECT_EQ(children(), "a");
}

TEST_F(supervisor_control_test, get_childspec) {
  const auto found = host_.control().get_childspec(top_, "a", brief);
  ASSERT_TRUE(found.ok());
  EXPECT_EQ(found->module, "worker");
  EXPECT_EQ(found->args_json, R"({"id":"a"})");
}

TEST_F(supervisor_control_test, a_terminated_child_is_not_restarted) {
  ASSERT_TRUE(host_.control().terminate_child(top_, "a").ok());
  // The exit signal of the terminated child, if there were one, would stand before this.
  ASSERT_TRUE(host_.control().start_child(top_, spec("b")).ok());
  EXPECT_EQ(children(), "a- b");
  EXPECT_EQ(host_.events(), "init a, init b");
}

TEST_F(supervisor_control_test, who_is_no_supervisor_or_does_not_answer) {
  auto& control = host_.control();
  const pb_pid worker = control.which_children(top_, brief)->front().pid;
  EXPECT_EQ(code(control.which_children(worker, brief)), "badarg");
  host_.hold(top_);
  EXPECT_EQ(code(control.which_children(top_, 1ms)), "timeout");
  host_.let_go();
  EXPECT_EQ(children(), "a");
  const reason shutdown = reason::shutdown();
  ASSERT_TRUE(host_->wait_for_end(top_, brief, &shutdown).has_value());
  EXPECT_EQ(code(control.which_children(top_, brief)), "noproc");
}

}  // namespace
}  // namespace patchbay::test
