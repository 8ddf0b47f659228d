#include "port/signals.hpp"

#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>

#include <algorithm>
#include <cerrno>

#include "port/system_error.hpp"

namespace patchbay::port {

outcome<signal_queue> signal_queue::open(std::initializer_list<int> signals) {
  sigset_t wanted;
  sigset_t before;
  sigemptyset(&wanted);
  for (const int number : signals) sigaddset(&wanted, number);
  signal_queue queue;
  queue.fd_ = descriptor(::signalfd(-1, &wanted, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!queue.fd_) return io_error("cannot wait for signals", errno);
  if (const int failed = ::pthread_sigmask(SIG_BLOCK, &wanted, &before))
    return io_error("cannot block signals", failed);
  for (const int number : signals) {
    if (sigismember(&before, number) == 0) queue.taken_ |= 1UL << (number - 1);
  }
  return queue;
}

signal_queue::signal_queue(signal_queue&& other) noexcept
    : fd_(std::move(other.fd_)), taken_(std::exchange(other.taken_, 0)) {}

signal_queue::~signal_queue() {
  sigset_t mine;
  sigemptyset(&mine);
  for (int number = 1; number <= 64; ++number) {
    if ((taken_ >> (number - 1) & 1UL) != 0) sigaddset(&mine, number);
  }
  if (taken_ != 0) ::pthread_sigmask(SIG_UNBLOCK, &mine, nullptr);
}

std::optional<int> signal_queue::wait(std::chrono::milliseconds limit) {
  const auto until = std::chrono::steady_clock::now() + limit;
  for (;;) {
    signalfd_siginfo info{};
    if (::read(fd_.get(), &info, sizeof info) == sizeof info) return static_cast<int>(info.ssi_signo);
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now()).count();
    if (left <= 0) return std::nullopt;
    pollfd watched{fd_.get(), POLLIN, 0};
    ::poll(&watched, 1, static_cast<int>(std::min<std::int64_t>(left, 3'600'000)));
  }
}

}  // namespace patchbay::port
