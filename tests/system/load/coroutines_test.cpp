// Installs of real plugins while coroutine handlers are always in flight, on a host that has no idle core.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <string>
#include <thread>
#include <vector>

#include "embedded/embedded_host.hpp"

namespace patchbay::test {
namespace {

using clock = std::chrono::steady_clock;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr int installs = 20;
#else
constexpr int installs = 100;
#endif

struct coroutines_under_load : ::testing::Test {
  static constexpr int steps = 3;

  /// Six walkers are walking always; two threads that run calls themselves step without pause.
  void begin() {
    for (int i = 0; i < 6; ++i) {
      clients.emplace_back([this, name = "walker_" + std::to_string(i)] {
        std::int64_t last = 0;
        while (!done) {
          const json walked = host.call(name, "walk", {{"steps", steps}});
          ASSERT_EQ(walked, last + 1) << name << ": walks are neither lost nor doubled";
          last = walked.get<std::int64_t>();
          ++walks;
        }
      });
    }
    for (int i = 0; i < 2; ++i) {
      clients.emplace_back([this] {
        const auto attached = host->attach();
        auto before = clock::now();
        while (!done) {
          ASSERT_TRUE(host.call("ground", "step").is_number());
          ++lone_steps;
          const auto now = clock::now();
          const auto gap = std::chrono::duration_cast<std::chrono::microseconds>(now - before).count();
          for (auto longest = longest_us.load(); gap > longest && !longest_us.compare_exchange_weak(longest, gap);) {
          }
          before = now;
        }
      });
    }
  }
  void end() {
    done = true;
    for (std::thread& each : clients) each.join();
    clients.clear();
  }
  void TearDown() override { end(); }

  embedded_host host{"wander-1.0.0"};
  std::atomic<bool> done{false};
  std::atomic<std::int64_t> walks{0};
  std::atomic<std::int64_t> lone_steps{0};
  std::atomic<std::int64_t> longest_us{0};
  std::vector<std::thread> clients;
};

TEST_F(coroutines_under_load, ninety_nine_of_a_hundred_installs_succeed) {
  ASSERT_TRUE(host);
  host.unpack("wander-2.0.0");
  begin();
  int failed = 0;
  std::int64_t longest_pause = 0;
  std::int64_t longest_drain = 0;
  for (int i = 0; i < installs; ++i) {
    const std::int64_t before = walks;
    const auto patience = clock::now() + std::chrono::seconds(60);
    while (walks < before + 6 && clock::now() < patience) std::this_thread::yield();
    ASSERT_GE(walks, before + 6) << "the walkers walk";
    const auto answer = host->control("install", json{{"release", (i - failed) % 2 == 0 ? "2.0.0" : "1.0.0"}}.dump());
    if (!answer) {
      ++failed;
      std::printf("install %d: %s: %s\n", i, answer.failure().code.c_str(), answer.failure().text.c_str());
      continue;
    }
    const json report = json::parse(*answer);
    EXPECT_EQ(report["servers_in_set"], 8) << "the supervisor, the ground, six walkers";
    EXPECT_EQ(report["servers_rehearsed"], 8) << "also those that were never found at rest";
    EXPECT_EQ(report["servers_migrated"], 8);
    EXPECT_EQ(report["purged"][0]["unmapped"], true) << report["purged"];
    longest_pause = std::max(longest_pause, report["pause_us"].get<std::int64_t>());
    longest_drain = std::max(longest_drain, report["drain_us"].get<std::int64_t>());
  }
  end();
  std::printf(
      "%d installs, %d failed; %lld walks, %lld steps beside them; longest pause %lld us, longest drain %lld us, "
      "longest gap of a "
      "caller %lld us\n",
      installs, failed, static_cast<long long>(walks), static_cast<long long>(lone_steps),
      static_cast<long long>(longest_pause), static_cast<long long>(longest_drain),
      static_cast<long long>(longest_us.load()));
  EXPECT_LE(failed * 100, installs);
  EXPECT_EQ(host.call("ground", "step"), steps * walks + lone_steps + 1) << "each step was made exactly once";
}

}  // namespace
}  // namespace patchbay::test
