// A swap, up and down, of servers that sys has been at: suspended with messages that wait, observed, with an installed function.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <thread>

#include <patchbay/sys.hpp>

#include "two_versions.hpp"

namespace patchbay::test {
namespace {

using nlohmann::json;
using release::direction;

struct sys_swap_test : ::testing::Test {
  two_versions versions;
};

TEST_F(sys_swap_test, a_suspended_server_is_carried_over_with_what_waits_and_stays_suspended) {
  versions.spawn("counter", 5, "c");
  for (const auto way : {direction::up, direction::down}) {
    sys::suspend("c");
    std::thread caller([] { call<bump>("c", 1); });
    EXPECT_TRUE(eventually([&] { return versions.host->info(versions.host->whereis("c"))->queued == 1; }));
    ASSERT_TRUE(versions.swap(way));
    EXPECT_EQ(json::parse(sys::get_status("c"))["status"], "suspended");
    EXPECT_EQ(json::parse(sys::get_status("c"))["version"], way == direction::up ? "2.0.0" : "1.0.0");
    sys::resume("c");
    caller.join();
  }
  EXPECT_EQ(call<bump>("c", 0), 7);
}

TEST_F(sys_swap_test, debug_options_stay) {
  versions.spawn("counter", 5, "c");
  sys::log("c", 3);
  sys::statistics("c", true);
  call<bump>("c", 1);
  ASSERT_TRUE(versions.swap(direction::up));
  call<bump>("c", 1);
  ASSERT_TRUE(versions.swap(direction::down));
  call<bump>("c", 1);
  EXPECT_EQ(json::parse(sys::statistics("c", sys::get))["messages_in"], 3);
  EXPECT_EQ(json::parse(sys::log("c", sys::get)).size(), 3U);
}

TEST_F(sys_swap_test, an_installed_function_holds_the_generation_that_it_lies_in_until_it_is_removed) {
  versions.spawn("counter", 5, "c");
  const pb_pid of_one = static_cast<pb_pid>(versions.spawn("counter", 0));
  std::atomic<bool> installed{false};
  std::atomic<int> events{0};
  // A handler of generation one installs it.
  versions.host->run_on(of_one, [&](process::process*) {
    sys::install("c", "watch", [&events](pid, std::string_view) {
      ++events;
      return true;
    });
    installed = true;
  });
  ASSERT_TRUE(eventually([&] { return installed.load(); }));
  ASSERT_TRUE(versions.swap(direction::up));
  EXPECT_EQ(versions.one.group.resident_count(), 0U);
  EXPECT_EQ(versions.one.group.needs(), 1) << "its code stays";
  call<bump>("c", 1);
  EXPECT_EQ(events, 2);
  sys::remove("c", "watch");
  EXPECT_EQ(versions.one.group.needs(), 0);
}

}  // namespace
}  // namespace patchbay::test
