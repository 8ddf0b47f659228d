// A hundred thousand idle servers change their state's shape, forth and back.
#include <gtest/gtest.h>

#include <cstdint>
#include <cstdio>

#include "embedded/embedded_host.hpp"
#include "port/memory.hpp"

namespace patchbay::test {
namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr std::int64_t servers = 10'000;
#else
constexpr std::int64_t servers = 100'000;
#endif
constexpr std::chrono::minutes patience{2};
// What OTP 27 took to suspend, change and resume as many gen_servers; the goal is a tenth of it.
constexpr double otp_ms = 827;

struct many_servers : ::testing::Test {
  void SetUp() override {
    ASSERT_TRUE(host);
    host.unpack("swarm-2.0.0");
    port::trim_heap();
    const auto before = port::resident_bytes().value();
    ASSERT_EQ(host.call("swarm", "spawn", {{"count", servers}}, patience), servers);
    port::trim_heap();
    std::printf("%lld servers: %.0f bytes each\n", static_cast<long long>(servers),
                static_cast<double>(port::resident_bytes().value() - before) / static_cast<double>(servers));
  }

  /// One swap of them all; every server is in the set, and its manager and supervisor are too.
  void go(const char* to) {
    const auto report = host.ask("install", {{"release", to}, {"code_change_timeout_ms", 60'000}});
    ASSERT_TRUE(report.is_object());
    EXPECT_GE(report["servers_in_set"], servers + 1);
    EXPECT_EQ(report["servers_migrated"], report["servers_in_set"]);
    EXPECT_EQ(report["code_changes"], servers);
    ASSERT_EQ(report["purged"].size(), 1U);
    EXPECT_EQ(report["purged"][0]["unmapped"], true) << report["purged"];
    const auto ms = [&](const char* key) { return report[key].get<double>() / 1000; };
    std::printf(
        "to %s: %lld servers, pause %.1f ms (OTP %.0f, goal %.1f), of it freeze %.2f, migrate %.1f, switch %.1f; "
        "total %.0f ms\n",
        to, report["servers_migrated"].get<long long>(), ms("pause_us"), otp_ms, otp_ms / 10, ms("freeze_us"),
        ms("migrate_us"), ms("switch_us"), ms("total_us"));
  }

  embedded_host host{"swarm-1.0.0"};
};

TEST_F(many_servers, are_all_migrated_up_and_down) {
  EXPECT_EQ(host.call("swarm", "bump_all", json::object(), patience), servers);
  go("2.0.0");
  EXPECT_EQ(host.call("swarm", "count_right", json::object(), patience), servers) << "each kept its own number";
  EXPECT_EQ(host.call("swarm", "bump_all", json::object(), patience), servers);
  go("1.0.0");
  EXPECT_EQ(host.call("swarm", "count_right", json::object(), patience), servers);
}

}  // namespace
}  // namespace patchbay::test
