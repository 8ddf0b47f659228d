// The deterministic host: nothing runs by itself, time moves when told, the same seed gives the same run.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include <patchbay/testing.hpp>

#include "modules.hpp"

PATCHBAY_TEST_MODULE(ticker);
PATCHBAY_TEST_MODULE(waiter);
PATCHBAY_TEST_MODULE(waiter_sup);

namespace {

using namespace std::chrono_literals;
using namespace tested;
using namespace tested_waits;
using patchbay::call;
using patchbay::cast;
using patchbay::testing::explore;
using patchbay::testing::failure;
using patchbay::testing::host;

constexpr std::initializer_list<patchbay::module_factory*> modules = {patchbay_module_ticker, patchbay_module_waiter,
                                                                      patchbay_module_waiter_sup};
using names = std::vector<std::string>;

TEST(testing_host, nothing_runs_until_it_is_told_to) {
  host h(modules);
  h.start("ticker", "t");
  cast<tick>("t", "one");
  cast<tick>("t", "two");
  EXPECT_EQ(h.handled("t"), names{});
  EXPECT_TRUE(h.step());
  EXPECT_EQ(h.handled("t"), names{"tick"});
  EXPECT_EQ(h.run_until_idle(), 1U);
  h.expect_handled("t", {"tick", "tick"});
  EXPECT_FALSE(h.step());
  EXPECT_EQ(h.trace(), (names{R"(t cast tick {"name":"one"})", R"(t cast tick {"name":"two"})"}));
}

TEST(testing_host, a_wrong_expectation_names_where_the_lists_part) {
  host h(modules);
  h.start("ticker", "t");
  cast<tick>("t", "one");
  h.run_until_idle();
  try {
    h.expect_handled("t", {"tick", "arm"});
    FAIL();
  } catch (const failure& why) {
    EXPECT_STREQ(why.what(),
                 "t handled [tick], expected [tick, arm]; they part at message 2: nothing came, expected arm");
  }
}

// README: timers
TEST(testing_host, timers_fire_in_the_order_of_their_times) {
  host h(modules);
  h.start("ticker", "t");
  cast<arm>("t");
  h.advance(9'999ms);
  EXPECT_EQ(call<ticks>("t"), names{});
  h.advance(1ms);
  EXPECT_EQ(call<ticks>("t"), names{"first"});
  h.advance(1h);
  EXPECT_EQ(call<ticks>("t"), (names{"first", "second", "idle", "third", "idle"}));
  EXPECT_EQ(h.elapsed(), 1h + 10s);
}
// README end

TEST(testing_host, an_idle_timeout_fires_when_its_time_has_come) {
  host h(modules);
  h.start("ticker", "t");
  cast<arm>("t");
  h.advance(17s - 1ms);  // a tick came after 10 s, and asked for 7 s
  EXPECT_EQ(h.handled("t"), (names{"arm", "tick"}));
  h.advance(1ms);
  EXPECT_EQ(h.handled("t"), (names{"arm", "tick", "timeout"}));
}

TEST(testing_host, a_call_in_a_handler_runs_what_it_waits_for) {
  host h(modules);
  for (const char* name : {"a", "b", "c"}) h.start("waiter", name);
  EXPECT_EQ(call<ask>("a", names{"b", "c"}), 3);
  EXPECT_EQ(h.elapsed(), 0ms);
}

TEST(testing_host, a_call_in_a_circle_times_out_and_says_who_waits_for_whom) {
  host h(modules);
  for (const char* name : {"a", "b"}) h.start("waiter", name);
  const auto outcome = patchbay::try_call<ask>(patchbay::with_timeout("a", patchbay::infinity), names{"b", "a"}, 0);
  EXPECT_EQ(outcome.status(), PB_E_EXIT);
  EXPECT_NE(outcome.reason().find("deadlock: nothing is ready and no timer is set"), std::string::npos)
      << outcome.reason();
  EXPECT_NE(outcome.reason().find(" b waits for "), std::string::npos) << outcome.reason();
  EXPECT_NE(outcome.reason().find("the test waits for "), std::string::npos) << outcome.reason();
}

TEST(testing_host, a_timeout_of_a_call_passes_in_virtual_time) {
  host h(modules);
  for (const char* name : {"a", "b"}) h.start("waiter", name);
  const auto outcome = patchbay::try_call<ask>(patchbay::with_timeout("a", patchbay::infinity), names{"b", "a"}, 5000);
  EXPECT_EQ(outcome.status(), PB_E_EXIT);
  EXPECT_EQ(h.elapsed(), 5s);
}

TEST(testing_host, time_moves_on_for_a_call_that_waits_for_a_sleep) {
  host h(modules);
  for (const char* name : {"a", "b"}) h.start("waiter", name);
  EXPECT_EQ(call<ask_later>("a", names{"b"}, 1000), 2);
  EXPECT_EQ(h.elapsed(), 2s);
  EXPECT_EQ(h.handled("a"), (names{"ask_later", "response"}));
}

TEST(testing_host, a_coroutines_call_times_out_when_its_time_has_come) {
  host h(modules);
  for (const char* name : {"a", "b"}) h.start("waiter", name);
  const auto outcome = patchbay::try_call<ask_later>(patchbay::with_timeout("a", 1min), names{"b", "b"}, 1000);
  EXPECT_EQ(outcome.status(), PB_E_EXIT);
  EXPECT_EQ(h.elapsed(), 1s + 5s);  // a slept, then waited for b, who waits for itself
}

TEST(testing_host, a_supervisor_starts_its_child_anew) {
  host h(modules);
  h.start("waiter_sup", "sup");
  const auto first = h.whereis("a");
  cast<crash>("a");
  h.run_until_idle();
  EXPECT_FALSE(h.alive(first));
  EXPECT_NE(h.whereis("a"), first);
  EXPECT_EQ(call<ask>("a", names{"b"}), 2);
  EXPECT_TRUE(h.logged("as asked"));
}

TEST(testing_host, its_state_can_be_looked_at) {
  host h(modules);
  const auto a = h.start("waiter", "a");
  call<ask>("a", names{});
  EXPECT_EQ(h.state(a), R"({"served":1})");
  h.kill(a);
  EXPECT_FALSE(h.alive(a));
  EXPECT_THROW(h.state(a), failure);
}

TEST(testing_host, a_start_that_fails_says_why) {
  host h(modules);
  h.start("waiter", "a");
  EXPECT_THROW(h.start("waiter", "a"), failure);
  EXPECT_THROW(h.start("nobody"), failure);
}

names run(std::uint64_t seed) {
  host h(modules, {.seed = seed});
  for (const char* name : {"a", "b", "c"}) h.start("ticker", name);
  for (int i = 0; i < 3; ++i) {
    for (const char* name : {"a", "b", "c"}) cast<tick>(name, std::to_string(i));
  }
  h.run_until_idle();
  return h.trace();
}

TEST(testing_host, the_same_seed_gives_the_same_order) {
  std::set<names> orders;
  explore(50, [&](std::uint64_t seed) {
    const names first = run(seed);
    EXPECT_EQ(run(seed), first);
    orders.insert(first);
  });
  EXPECT_GT(orders.size(), 10U);
}

TEST(testing_host, explore_names_the_seed_that_failed) {
  const auto test = [](std::uint64_t seed) {
    const names seen = run(seed);
    // Wrong: nothing says that c comes last.
    if (seen.back().front() != 'c') throw failure("c was not the last");
  };
  try {
    explore(50, test);
    FAIL();
  } catch (const failure& why) {
    EXPECT_TRUE(std::string(why.what()).starts_with("with seed ")) << why.what();
  }
}

}  // namespace
