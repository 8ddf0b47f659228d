#include "port/child.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "port/system_error.hpp"

namespace patchbay::port {

struct child::pipe_ends {
  descriptor read;
  descriptor write;
};

namespace {

using clock = std::chrono::steady_clock;

/// Above 2, so that putting one on 0, 1 or 2 in the child never tramples another.
outcome<descriptor> raised(descriptor low) {
  if (low.get() > 2) return low;
  descriptor high(::fcntl(low.get(), F_DUPFD_CLOEXEC, 3));
  if (!high) return io_error("cannot make a pipe", errno);
  return high;
}

/// Read end, write end.
outcome<std::pair<descriptor, descriptor>> make_pipe() {
  int raw[2];
  if (::pipe2(raw, O_CLOEXEC) != 0) return io_error("cannot make a pipe", errno);
  descriptor low_read(raw[0]);
  descriptor low_write(raw[1]);
  auto read = raised(std::move(low_read));
  if (!read) return read.failure();
  auto write = raised(std::move(low_write));
  if (!write) return write.failure();
  return std::pair(std::move(*read), std::move(*write));
}

/// Everything the child needs between vfork and exec, made before: it shares the parent's memory and must not allocate.
struct start_plan {
  const char* program;
  char* const* arguments;
  int in, out, err, report;
  pid_t parent;
};

[[noreturn]] void become(const start_plan& plan) noexcept {
  const auto fail = [&](int number) {
    [[maybe_unused]] const auto n = ::write(plan.report, &number, sizeof number);
    ::_exit(127);
  };
  // The child has its own table of handlers; the host's must not run in the memory that both share.
  struct sigaction standard {};
  standard.sa_handler = SIG_DFL;
  for (int number = 1; number < NSIG; ++number) ::sigaction(number, &standard, nullptr);
  if (::prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) fail(errno);
  if (::getppid() != plan.parent) ::_exit(127);
  if (::dup2(plan.in, 0) < 0 || ::dup2(plan.out, 1) < 0 || ::dup2(plan.err, 2) < 0) fail(errno);
  if (::dup3(plan.report, 3, O_CLOEXEC) < 0 && plan.report != 3) fail(errno);
  if (::syscall(SYS_close_range, 4U, ~0U, 0U) != 0) fail(errno);
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::execv(plan.program, plan.arguments);
  const int number = errno;
  [[maybe_unused]] const auto n = ::write(3, &number, sizeof number);
  ::_exit(127);
}

int poll_time(clock::time_point until) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - clock::now()).count();
  return static_cast<int>(std::clamp<std::int64_t>(left, 0, 3'600'000));
}

}  // namespace

void read_some(descriptor& from, std::string& into, std::size_t keep) {
  char buffer[4096];
  const auto n = ::read(from.get(), buffer, sizeof buffer);
  if (n < 0 && (errno == EINTR || errno == EAGAIN)) return;
  if (n <= 0) return from.reset();
  into.append(buffer, std::min(static_cast<std::size_t>(n), keep - std::min(keep, into.size())));
}

std::string signal_name(int number) {
  const char* name = ::sigabbrev_np(number);
  return name != nullptr ? std::string("SIG") + name : "signal " + std::to_string(number);
}

std::string child_end::words() const {
  switch (how) {
    case kind::exited:
      return "exited with status " + std::to_string(code);
    case kind::signalled:
      return "killed by " + signal_name(code);
    case kind::timed_out:
      break;
  }
  return "still running after " + std::to_string(limit.count()) + " ms";
}

child::child(child&& other) noexcept
    : input(std::move(other.input)),
      output(std::move(other.output)),
      errors(std::move(other.errors)),
      pid_(std::exchange(other.pid_, -1)),
      pidfd_(std::move(other.pidfd_)) {}

child::~child() {
  if (pid_ < 0) return;
  kill();
  while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

void child::kill() noexcept {
  if (pid_ >= 0) ::kill(pid_, SIGKILL);
}

outcome<child> child::spawn(const std::filesystem::path& program, const std::vector<std::string>& arguments) {
  auto in = make_pipe();
  if (!in) return in.failure();
  return start(program, arguments, {std::move(in->first), std::move(in->second)});
}

outcome<child> child::spawn(const std::filesystem::path& program, const std::vector<std::string>& arguments,
                            descriptor theirs) {
  auto in = raised(std::move(theirs));
  if (!in) return in.failure();
  return start(program, arguments, {std::move(*in), descriptor()});
}

outcome<child> child::start(const std::filesystem::path& program, const std::vector<std::string>& arguments,
                            pipe_ends in) {
  std::array<pipe_ends, 3> pipes;
  for (auto& each : pipes) {
    auto made = make_pipe();
    if (!made) return made.failure();
    each = {std::move(made->first), std::move(made->second)};
  }
  auto& [out, err, report] = pipes;
  std::string name = program.string();
  std::vector<std::string> copies(arguments);
  std::vector<char*> argv{name.data()};
  for (auto& each : copies) argv.push_back(each.data());
  argv.push_back(nullptr);
  const start_plan plan{name.c_str(),    argv.data(),        in.read.get(), out.write.get(),
                        err.write.get(), report.write.get(), ::getpid()};

  child started;
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  // vfork: a host with gigabytes of states must not copy its page tables for a helper.
  started.pid_ = ::vfork();
  if (started.pid_ == 0) become(plan);
  const int failed = errno;
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  if (started.pid_ < 0) return io_error("cannot start " + name, failed);

  report.write.reset();
  int number = 0;
  ssize_t n = 0;
  do {
    n = ::read(report.read.get(), &number, sizeof number);
  } while (n < 0 && errno == EINTR);
  if (n > 0) return io_error("cannot start " + name, number);
  started.pidfd_ = descriptor(static_cast<int>(::syscall(SYS_pidfd_open, started.pid_, 0)));
  if (!started.pidfd_) return io_error("cannot watch " + name, errno);
  started.input = std::move(in.write);
  started.output = std::move(out.read);
  started.errors = std::move(err.read);
  return started;
}

child_end child::wait(std::chrono::milliseconds limit) {
  const auto until = clock::now() + limit;
  pollfd watched{pidfd_.get(), POLLIN, 0};
  int ready = 0;
  do {
    ready = ::poll(&watched, 1, poll_time(until));
  } while (ready < 0 && errno == EINTR);
  child_end end;
  end.limit = limit;
  if (ready == 0) {
    end.how = child_end::kind::timed_out;
    kill();
  }
  int status = 0;
  while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  pid_ = -1;
  if (end.how == child_end::kind::timed_out) return end;
  if (WIFSIGNALED(status)) {
    end.how = child_end::kind::signalled;
    end.code = WTERMSIG(status);
  } else {
    end.code = WEXITSTATUS(status);
  }
  return end;
}

outcome<child_result> run_child(const std::filesystem::path& program, const std::vector<std::string>& arguments,
                                std::chrono::milliseconds limit, std::size_t keep) {
  auto started = child::spawn(program, arguments);
  if (!started) return started.failure();
  started->input.reset();
  const auto begin = clock::now();
  const auto until = begin + limit;
  child_result result;
  // A grandchild may hold the pipes open for ever: the time limit covers reading too.
  while ((started->output || started->errors) && clock::now() < until) {
    std::array<pollfd, 2> watched{pollfd{started->output.get(), POLLIN, 0}, pollfd{started->errors.get(), POLLIN, 0}};
    if (::poll(watched.data(), watched.size(), poll_time(until)) <= 0) continue;
    if (watched[0].revents != 0) read_some(started->output, result.output, keep);
    if (watched[1].revents != 0) read_some(started->errors, result.errors, keep);
  }
  result.end = started->wait(std::chrono::milliseconds(poll_time(until)));
  result.end.limit = limit;
  return result;
}

}  // namespace patchbay::port
