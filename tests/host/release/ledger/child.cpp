#include "host/release/ledger/child.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <stdexcept>

#include "host/release/ledger/fixture.hpp"

namespace patchbay::release::fixture {
namespace {

constexpr auto steps_variable = "PATCHBAY_LEDGER_CHILD_STEPS";
constexpr auto file_variable = "PATCHBAY_LEDGER_CHILD_FILE";
constexpr int said_fd = 3;

void say() {
  if (::write(said_fd, "x", 1) != 1) ::_exit(3);
}

void run(const std::string& steps, ledger& all) {
  if (steps == "churn") {
    // B and A in turn, for ever: the kill falls anywhere.
    for (std::string from = "A", to = "B";; std::swap(from, to)) {
      if (install(all, from, to) != "ok" || code(all.make_permanent(to)) != "ok") ::_exit(4);
      say();
    }
  }
  std::int64_t number = 0;
  for (const char step : steps) {
    if (step == 'b') {
      auto begun = all.begin_install("A", "B", "{}");
      if (!begun) ::_exit(4);
      number = *begun;
    } else if (step == 'f') {
      if (!all.finish_install(number, true, "")) ::_exit(4);
    } else if (step == 'p') {
      if (!all.make_permanent("B")) ::_exit(4);
    }
    say();
  }
  for (;;) ::pause();
}

// In the parent this test is skipped; in the child it is the only one.
TEST(child_process, runs_its_steps_until_it_is_killed) {
  const char* steps = std::getenv(steps_variable);
  if (steps == nullptr) GTEST_SKIP() << "not the child";
  auto all = must_open(std::getenv(file_variable));
  run(steps, all);
}

}  // namespace

child::child(const std::string& steps, const std::filesystem::path& file) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("pipe2");
  ::setenv(steps_variable, steps.c_str(), 1);
  ::setenv(file_variable, file.c_str(), 1);
  pid_ = ::fork();
  if (pid_ == 0) {
    const int quiet = ::open("/dev/null", O_WRONLY);
    if (::dup2(ends[1], said_fd) < 0 || ::dup2(quiet, STDOUT_FILENO) < 0) ::_exit(2);
    // dup2 onto itself keeps the close-on-exec flag.
    if (ends[1] == said_fd) ::fcntl(said_fd, F_SETFD, 0);
    ::execl("/proc/self/exe", "ledger_child", "--gtest_filter=child_process.*", nullptr);
    ::_exit(2);
  }
  ::unsetenv(steps_variable);
  ::unsetenv(file_variable);
  ::close(ends[1]);
  pipe_ = ends[0];
  if (pid_ < 0) throw std::runtime_error("fork");
}

child::~child() {
  kill();
  ::close(pipe_);
}

bool child::said(int bytes) const {
  for (char byte = 0; bytes > 0; --bytes) {
    if (::read(pipe_, &byte, 1) != 1) return false;
  }
  return true;
}

void child::kill() {
  if (pid_ <= 0) return;
  ::kill(pid_, SIGKILL);
  int status = 0;
  ::waitpid(pid_, &status, 0);
  pid_ = -1;
}

}  // namespace patchbay::release::fixture
