// OTP.md section 4, second line: the reports of a process that ends badly; section 1: which reasons log nothing.
#include "sys_server.hpp"

#include <nlohmann/json.hpp>

namespace patchbay::test {
namespace {

using nlohmann::json;
using process::report_kind;

TEST_F(sys_test, a_crash_is_a_gen_server_terminate_report_and_a_crash_report) {
  const pb_pid server = start("shown");
  send_note("x");
  EXPECT_EQ(try_call<fail>("w", "throw", "open sesame").status(), PB_E_EXIT);
  EXPECT_TRUE(eventually([&] { return !host.reports(report_kind::crash).empty(); }));
  const auto ended = host.reports(report_kind::terminate);
  ASSERT_EQ(ended.size(), 1U);
  EXPECT_EQ(ended[0].label, "{gen_server,terminate}");
  EXPECT_EQ(ended[0].level, PB_LOG_ERROR);
  EXPECT_EQ(ended[0].pid, server);
  EXPECT_EQ(ended[0].name, "w");
  EXPECT_EQ(ended[0].module, "shown");
  EXPECT_EQ(ended[0].application, "test");
  EXPECT_EQ(ended[0].version, "1.0.0");
  EXPECT_EQ(ended[0].generation, "g1");
  EXPECT_NE(ended[0].request, 0U);
  EXPECT_EQ(ended[0].reason, "boom");
  EXPECT_EQ(json::parse(ended[0].state), (json{{"total", 0}})) << "by format_status";
  const json last = json::parse(ended[0].last_message);
  EXPECT_EQ(last["message"], "test/watched.fail");
  EXPECT_EQ(last["value"], (json{{"how", "throw"}, {"password", "***"}}));
  const auto crashed = host.reports(report_kind::crash);
  EXPECT_EQ(crashed[0].label, "{proc_lib,crash}");
  EXPECT_EQ(crashed[0].reason, "boom");
  EXPECT_NE(crashed[0].text.find("crash_report: w (test/shown 1.0.0) terminating: boom"), std::string::npos);
}

TEST_F(sys_test, a_crash_in_a_queued_call_has_its_last_message_too) {
  start();
  sys::statistics("w", true);
  EXPECT_EQ(try_call<fail>("w", "bad", "").status(), PB_E_EXIT);
  EXPECT_TRUE(eventually([&] { return !host.reports(report_kind::crash).empty(); }));
  const auto ended = host.reports(report_kind::terminate);
  ASSERT_EQ(ended.size(), 1U);
  EXPECT_EQ(json::parse(ended[0].last_message)["value"]["how"], "bad");
  EXPECT_EQ(json::parse(ended[0].state)["token"], "***");
}

TEST_F(sys_test, a_state_whose_format_status_crashes_is_hidden_in_the_report) {
  start("hidden");
  EXPECT_EQ(try_call<fail>("w", "throw", "").status(), PB_E_EXIT);
  EXPECT_TRUE(eventually([&] { return !host.reports(report_kind::crash).empty(); }));
  EXPECT_EQ(json::parse(host.reports(report_kind::terminate)[0].state),
            "(not shown: format_status failed: cannot show)");
}

TEST_F(sys_test, reasons_normal_shutdown_and_shutdown_with_a_term_log_nothing) {
  for (const char* how : {"normal", "shutdown", "moved"}) {
    const pb_pid server = start();
    EXPECT_EQ(try_call<fail>("w", how, "").status(), PB_E_EXIT);
    EXPECT_TRUE(eventually([&] { return !host->alive(server) && host->whereis("w") == 0; }));
  }
  EXPECT_TRUE(host.reports(report_kind::terminate).empty());
  EXPECT_TRUE(host.reports(report_kind::crash).empty());
}

}  // namespace
}  // namespace patchbay::test
