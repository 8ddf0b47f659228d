#include "password.hpp"

#include <termios.h>
#include <unistd.h>

#include <iostream>

namespace relup {

patchbay::outcome<std::string> read_password(const char* prompt) {
  termios shown{};
  const bool terminal = ::isatty(STDIN_FILENO) == 1 && ::tcgetattr(STDIN_FILENO, &shown) == 0;
  if (terminal) {
    termios hidden = shown;
    hidden.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden);
    std::cerr << prompt << std::flush;
  }
  std::string password;
  const bool read = static_cast<bool>(std::getline(std::cin, password));
  if (terminal) {
    ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &shown);
    std::cerr << '\n';
  }
  if (read) return password;
  return patchbay::error{"io", "there is no password on standard input; type one, or use a key without a password"};
}

}  // namespace relup
