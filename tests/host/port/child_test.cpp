#include "port/child.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <chrono>

namespace patchbay::port {
namespace {

using namespace std::chrono_literals;

child_result shell(const std::string& script, std::chrono::milliseconds limit = 30s, std::size_t keep = 1U << 20U) {
  auto ran = run_child("/bin/sh", {"-c", script}, limit, keep);
  EXPECT_TRUE(ran) << ran.failure().text;
  return ran ? std::move(ran.value()) : child_result{};
}

TEST(child, tells_what_it_said_and_how_it_ended) {
  const auto well = shell("echo out; echo err >&2");
  EXPECT_EQ(well.output, "out\n");
  EXPECT_EQ(well.errors, "err\n");
  EXPECT_TRUE(well.end.clean());
  EXPECT_EQ(shell("exit 3").end.words(), "exited with status 3");
  EXPECT_EQ(shell("kill -SEGV $$").end.words(), "killed by SIGSEGV");
}

TEST(child, is_killed_at_its_limit) {
  const auto begin = std::chrono::steady_clock::now();
  const auto late = shell("echo begun; exec sleep 600", 200ms);
  EXPECT_EQ(late.end.words(), "still running after 200 ms");
  EXPECT_EQ(late.output, "begun\n");
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 30s);
}

TEST(child, a_grandchild_that_holds_the_pipes_does_not_hold_the_caller) {
  const auto begin = std::chrono::steady_clock::now();
  const auto left = shell("sleep 20 & exit 0", 300ms);
  EXPECT_TRUE(left.end.clean()) << left.end.words();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 15s);
}

TEST(child, says_why_it_cannot_start) {
  const auto missing = run_child("/no/such/program", {}, 1s);
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.failure().code, "io");
  EXPECT_NE(missing.failure().text.find("/no/such/program: No such file"), std::string::npos) << missing.failure().text;
}

TEST(child, inherits_no_descriptor_and_no_ignored_signal) {
  const int open_one = ::open("/dev/null", O_RDONLY);  // without O_CLOEXEC
  ASSERT_GE(open_one, 3);
  void (*const before)(int) = ::signal(SIGPIPE, SIG_IGN);
  const auto seen = shell("ls /proc/self/fd; grep SigIgn /proc/self/status");
  ::signal(SIGPIPE, before);
  ::close(open_one);
  // 3 is the directory that ls reads.
  EXPECT_EQ(seen.output, "0\n1\n2\n3\nSigIgn:\t0000000000000000\n");
}

TEST(child, keeps_no_more_than_asked_and_still_reads_all) {
  const auto loud = shell("head -c 3000000 /dev/zero", 30s, 1000);
  EXPECT_EQ(loud.output.size(), 1000U);
  EXPECT_TRUE(loud.end.clean()) << loud.end.words();
}

TEST(child, dies_with_its_owner) {
  pid_t pid = 0;
  {
    auto running = child::spawn("/bin/sleep", {"600"});
    ASSERT_TRUE(running) << running.failure().text;
    pid = running->pid();
    EXPECT_EQ(::kill(pid, 0), 0);
  }
  EXPECT_NE(::kill(pid, 0), 0);
}

TEST(child, talks_through_its_pipes) {
  auto echo = child::spawn("/bin/cat", {});
  ASSERT_TRUE(echo) << echo.failure().text;
  ASSERT_EQ(::write(echo->input.get(), "hello", 5), 5);
  echo->input.reset();
  char buffer[16];
  ASSERT_EQ(::read(echo->output.get(), buffer, sizeof buffer), 5);
  EXPECT_EQ(std::string(buffer, 5), "hello");
  EXPECT_TRUE(echo->wait(30s).clean());
}

}  // namespace
}  // namespace patchbay::port
