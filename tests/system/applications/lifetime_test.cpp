// OTP.md section 2, application: start, included and optional ones, and what the end of a permanent one does, with whole releases.
#include "cli/programs.hpp"
#include "depot_host.hpp"

namespace patchbay::test {
namespace {

std::string states(const json& applications) {
  std::string all;
  for (const auto& each : applications) {
    all += (all.empty() ? "" : " ") + each.at("name").get<std::string>() + (each.at("started") == true ? "" : "-");
  }
  return all;
}

TEST(lifetime, the_tree_starts_then_its_phases_together_with_those_of_what_it_includes) {
  depot_host host;
  EXPECT_EQ(host.said(4), (std::vector<std::string>{"depot: start by mod", "depot: phase init {}",
                                                    R"(depot: phase go {"gate":1})", R"(annex: phase go {"gate":2})"}));
  EXPECT_EQ(states(host.ask("which_applications")), "annex- extra- depot");
  host.stop();
  const auto said = host.said(6);
  ASSERT_EQ(said.size(), 6U);
  EXPECT_EQ(said[4], "depot: prep_stop");
  EXPECT_EQ(said[5], R"(depot: stop {"opened":true})");
}

TEST(lifetime, applications_start_and_stop_over_the_control_socket) {
  depot_host host;
  EXPECT_EQ(host.ask("application_start", {{"name", "extra"}, {"type", "transient"}}), json::array({"extra"}));
  EXPECT_EQ(host.ask("application_start", {{"name", "extra"}}), json::array()) << "ensure_all_started of what runs";
  EXPECT_EQ(states(host.ask("which_applications")), "annex- depot extra");
  EXPECT_EQ(host.ask("which_applications").back().at("type"), "transient");
  EXPECT_EQ(host.ask("application_stop", {{"name", "extra"}}), json());
  EXPECT_EQ(host.ask("application_stop", {{"name", "extra"}}), "not_started");
  EXPECT_EQ(host.ask("application_start", {{"name", "nobody"}}), "no_such_file");
  EXPECT_EQ(host.ask("application_start", {{"name", "extra"}, {"type", "eternal"}}), "badarg");
  EXPECT_EQ(host.call("ensure", {{"application", "extra"}}), "extra ") << "from inside a process";
}

TEST(lifetime, a_permanent_application_can_be_stopped_and_the_host_goes_on) {
  depot_host host;
  EXPECT_EQ(host.ask("application_stop", {{"name", "depot"}}), json());
  EXPECT_EQ(host->stop_reason(), "");
  EXPECT_EQ(host.ask("application_start", {{"name", "depot"}, {"type", "permanent"}}), json::array({"extra", "depot"}))
      << "the optional one starts first";
}

TEST(lifetime, the_end_of_a_permanent_application_ends_the_host_with_a_failure) {
  const scratch data;
  running_host running(data.path, {depot_host::release("1.0.0"), "--env", "depot.opened_by=1", "--env", "depot.n=2"});
  const operator_at op{data.path};
  EXPECT_EQ(op.patchbay({"cast", "depot", "burn", R"({"why":"fire"})"}).code, 0);
  const auto ended = running.wait();
  EXPECT_EQ(ended.how, port::child_end::kind::exited) << ended.words();
  EXPECT_EQ(ended.code, 1) << running.log();
  EXPECT_NE(running.printed().find("patchbay: stopped: application depot ended: shutdown"), std::string::npos)
      << running.printed();
  EXPECT_NE(running.log().find("depot: stop"), std::string::npos) << "in an orderly way";
}

TEST(lifetime, a_transient_application_ends_the_host_by_shutdown_and_not_by_normal) {
  depot_host host;
  const auto end_extra = [&](const char* reason) {
    EXPECT_EQ(host.ask("application_start", {{"name", "extra"}, {"type", "transient"}}), json::array({"extra"}));
    const json top = host.ask("which_applications").back().at("top");
    EXPECT_EQ(host.ask("sys_terminate", {{"name", top}, {"value", reason}}), json());
  };
  end_extra("normal");
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (states(host.ask("which_applications")) != "annex- depot extra-") {
    ASSERT_LT(std::chrono::steady_clock::now(), until) << host.ask("which_applications");
  }
  EXPECT_EQ(host->stop_reason(), "");
  end_extra("shutdown");
  ASSERT_TRUE(host->wait_for(std::chrono::seconds(10)));
  EXPECT_EQ(host->stop_reason(), "application extra ended: shutdown");
  EXPECT_TRUE(host->failed());
  host.stop();
  const auto said = host.said(6);
  ASSERT_EQ(said.size(), 6U) << "the others end in an orderly way";
  EXPECT_EQ(said[5], R"(depot: stop {"opened":true})");
}

TEST(lifetime, env_of_the_command_line) {
  const scratch data;
  const auto start = [&](const std::string& env) {
    return run(patchbay_program, {"start", depot_host::release("1.0.0"), "--data", data.path.string(),
                                  "--allow-unsigned", "--check-config", "--env", env});
  };
  EXPECT_EQ(start("depot.n=1").code, 0);
  for (const char* wrong : {"depot.n", "depot=1", ".n=1", "depot.=1", "depot.n=word"}) {
    const auto refused = start(wrong);
    EXPECT_EQ(refused.code, 2) << wrong;
    EXPECT_NE(refused.errors.find("--env"), std::string::npos) << refused.errors;
  }
  running_host running(data.path, {depot_host::release("1.0.0"), "--env", R"(depot.from_app="a.b=c")"});
  EXPECT_EQ(operator_at{data.path}.patchbay({"call", "depot", "env", R"({"key":"from_app"})"}).output, "\"a.b=c\"\n");
}

}  // namespace
}  // namespace patchbay::test
