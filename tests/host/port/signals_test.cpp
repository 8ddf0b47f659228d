#include "port/signals.hpp"

#include <gtest/gtest.h>
#include <signal.h>

namespace patchbay::port {
namespace {

using namespace std::chrono_literals;

TEST(signals, are_handed_out_instead_of_interrupting) {
  auto queue = signal_queue::open({SIGUSR1, SIGUSR2});
  ASSERT_TRUE(queue) << queue.failure().text;
  EXPECT_EQ(queue->wait(0ms), std::nullopt);
  ::raise(SIGUSR2);
  EXPECT_EQ(queue->wait(10s), SIGUSR2);
  ::raise(SIGUSR1);
  EXPECT_EQ(queue->wait(10s), SIGUSR1);
  EXPECT_EQ(queue->wait(1ms), std::nullopt);
}

TEST(signals, the_mask_is_put_back) {
  { auto queue = signal_queue::open({SIGUSR1}); }
  sigset_t now;
  ::pthread_sigmask(SIG_SETMASK, nullptr, &now);
  EXPECT_EQ(sigismember(&now, SIGUSR1), 0);
}

}  // namespace
}  // namespace patchbay::port
