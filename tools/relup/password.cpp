#include "password.hpp"

#include <poll.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <iostream>
#include <optional>

#include "port/signals.hpp"
#include "port/system_error.hpp"

namespace relup {
namespace {

using patchbay::error;
using patchbay::outcome;

error none_given() {
  return {"io", "there is no password on standard input; type one, or use a key without a password"};
}

/// A terminal that does not show what is typed, until this goes.
class hidden_typing {
 public:
  explicit hidden_typing(const termios& shown) : shown_(shown) {
    termios hidden = shown;
    hidden.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden);
  }
  hidden_typing(const hidden_typing&) = delete;
  hidden_typing& operator=(const hidden_typing&) = delete;
  ~hidden_typing() {
    ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &shown_);
    std::cerr << '\n';
  }

 private:
  termios shown_;
};

/// A signal that came instead of the line, or 0.
outcome<int> read_line(patchbay::port::signal_queue& signals, std::string& line) {
  for (;;) {
    std::array<pollfd, 2> waiting{{{STDIN_FILENO, POLLIN, 0}, {signals.fd(), POLLIN, 0}}};
    if (::poll(waiting.data(), waiting.size(), -1) < 0 && errno != EINTR)
      return patchbay::port::io_error("cannot read the password", errno);
    if (const auto came = signals.wait(std::chrono::milliseconds(0))) return *came;
    if (waiting[0].revents == 0) continue;
    std::array<char, 512> typed{};
    const auto n = ::read(STDIN_FILENO, typed.data(), typed.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return none_given();
    line.append(typed.data(), static_cast<std::size_t>(n));
    if (line.back() != '\n') continue;
    line.pop_back();
    return 0;
  }
}

/// Signals that would end or stop the program are taken aside meanwhile, and act once the terminal shows again what is typed; a program that
/// goes on after one asks again.
outcome<std::string> ask(const char* prompt, const termios& shown) {
  for (;;) {
    std::string line;
    outcome<int> came = 0;
    {
      auto signals = patchbay::port::signal_queue::open({SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP});
      if (!signals) return signals.failure();
      const hidden_typing hidden(shown);
      std::cerr << prompt << std::flush;
      came = read_line(*signals, line);
    }
    if (!came) return came.failure();
    if (*came == 0) return line;
    ::raise(*came);
  }
}

}  // namespace

outcome<std::string> read_password(const char* prompt) {
  termios shown{};
  if (::isatty(STDIN_FILENO) == 1 && ::tcgetattr(STDIN_FILENO, &shown) == 0) return ask(prompt, shown);
  std::string password;
  if (std::getline(std::cin, password)) return password;
  return none_given();
}

}  // namespace relup
