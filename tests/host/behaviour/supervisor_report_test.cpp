// OTP.md section 4: {supervisor,child_terminated|start_error|shutdown_error|shutdown} and progress, as records. The family's log has a record's
// label before its text.
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "family.hpp"

namespace patchbay::test {
namespace {

using nlohmann::json;
using process::reason;

struct supervisor_report_test : ::testing::Test {
  pb_pid sup(const json& child, const json& more = {}) {
    json args{{"children", json::array({child})}};
    if (more.is_object()) args.update(more);
    return host.spawn("sup", args, "top");
  }
  pb_pid only_child(pb_pid top) {
    const auto list = host.control().which_children(top, std::chrono::seconds(10));
    return list.ok() && !list->empty() ? list->front().pid : 0;
  }
  family host;
};

TEST_F(supervisor_report_test, child_terminated) {
  host->exit(only_child(sup(worker("a"))), reason::failure("boom"));
  EXPECT_TRUE(host.wait_for_log("{supervisor,child_terminated} supervisor_report: "));
}

TEST_F(supervisor_report_test, start_error) {
  json args{{"children", json::array({worker("a", {}, {{"fail", "no way"}})})}};
  EXPECT_FALSE(host.try_spawn("sup", args, "top"));
  EXPECT_EQ(host.logged("{supervisor,start_error} supervisor_report: "), 1);
}

TEST_F(supervisor_report_test, shutdown_error) {
  const pb_pid top = sup(worker("a", {{"shutdown_ms", 1}}));
  const pb_pid late = only_child(top);
  host.hold(late);
  host->exit(top, reason::shutdown());
  EXPECT_TRUE(host.eventually([&] { return host->info(late)->queued >= 6; }));
  host.let_go();
  EXPECT_TRUE(host.wait_for_log("{supervisor,shutdown_error} supervisor_report: "));
}

TEST_F(supervisor_report_test, shutdown) {
  const pb_pid top = sup(worker("a"), {{"intensity", 0}});
  host->exit(only_child(top), reason::failure("boom"));
  EXPECT_TRUE(host.wait_for_log("{supervisor,shutdown} supervisor_report: "));
}

TEST_F(supervisor_report_test, progress) {
  sup(worker("a"));
  EXPECT_EQ(host.logged("{supervisor,progress} progress_report: "), 1);
}

}  // namespace
}  // namespace patchbay::test
