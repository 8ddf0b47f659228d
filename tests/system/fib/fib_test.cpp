#include <thread>
#include <vector>

#include "embedded/embedded_host.hpp"

namespace patchbay::test {
namespace {

TEST(fib, the_results_are_in_order_however_many_solvers_share_the_queue) {
  embedded_host host("fib-1.0.0");
  ASSERT_TRUE(host);
  for (const int solvers : {1, 2, 5, 10}) {
    const json answers =
        host.call("fib", "run", {{"solvers", solvers}, {"numbers", {37, 3, 20, 0, 1, 93, 10, 5, 2, 37}}});
    ASSERT_EQ(answers.size(), 10U) << answers.dump();
    const std::vector<std::uint64_t> expected{0, 1, 1, 2, 5, 55, 6765, 24157817, 24157817, 12200160415121876738u};
    for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_EQ(answers[i]["value"], expected[i]) << answers.dump();
  }
}

TEST(fib, callers_share_the_scheduler) {
  embedded_host host("fib-1.0.0");
  ASSERT_TRUE(host);
  std::vector<std::thread> callers;
  for (int c = 0; c < 8; ++c) {
    callers.emplace_back([&] {
      const json answers = host.call("fib", "run", {{"solvers", 3}, {"numbers", std::vector<int>(50, 10)}});
      EXPECT_EQ(answers.size(), 50U);
      for (const auto& one : answers) EXPECT_EQ(one["value"], 55);
    });
  }
  for (auto& each : callers) each.join();
}

}  // namespace
}  // namespace patchbay::test
