// The prompt for a password, at a terminal.
#include <fcntl.h>
#include <pty.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <termios.h>

#include <utility>

#include "programs.hpp"

namespace patchbay::test {
namespace {

/// relup on a terminal of its own.
class at_a_terminal {
 public:
  explicit at_a_terminal(const std::vector<std::string>& arguments) {
    std::vector<char*> words{const_cast<char*>(relup_program.c_str())};
    for (const auto& each : arguments) words.push_back(const_cast<char*>(each.c_str()));
    words.push_back(nullptr);
    child_ = ::forkpty(&terminal_, nullptr, nullptr, nullptr);
    if (child_ == 0) {
      // A shell ignores it for what it runs in the background, and what is ignored is inherited.
      ::signal(SIGINT, SIG_DFL);
      ::execv(relup_program.c_str(), words.data());
      ::_exit(127);
    }
    char name[128] = "";
    EXPECT_EQ(::ptsname_r(terminal_, name, sizeof name), 0);
    kept_open_ = ::open(name, O_RDWR | O_NOCTTY);  // as the shell that started it does
  }
  at_a_terminal(const at_a_terminal&) = delete;
  at_a_terminal& operator=(const at_a_terminal&) = delete;
  ~at_a_terminal() {
    if (child_ > 0) {
      ::kill(child_, SIGKILL);
      ::waitpid(child_, nullptr, 0);
    }
    ::close(kept_open_);
    ::close(terminal_);
  }
  [[nodiscard]] pid_t pid() const { return child_; }
  void type(const std::string& text) const {
    EXPECT_EQ(::write(terminal_, text.data(), text.size()), static_cast<ssize_t>(text.size()));
  }
  /// False: it did not come in time.
  bool says(const std::string& wanted) {
    std::string said;
    while (said.find(wanted) == std::string::npos) {
      pollfd waiting{terminal_, POLLIN, 0};
      if (::poll(&waiting, 1, static_cast<int>(std::chrono::milliseconds(patience).count())) <= 0) return false;
      char buffer[256];
      const auto n = ::read(terminal_, buffer, sizeof buffer);
      if (n <= 0) return false;
      said.append(buffer, static_cast<std::size_t>(n));
    }
    return true;
  }
  [[nodiscard]] bool shows_what_is_typed() const {
    termios now{};
    EXPECT_EQ(::tcgetattr(kept_open_, &now), 0);
    return (now.c_lflag & ECHO) != 0;
  }
  /// As waitpid has it. REQUIRES: the first call.
  int wait() {
    int status = -1;
    EXPECT_EQ(::waitpid(std::exchange(child_, -1), &status, 0) > 0, true);
    return status;
  }

 private:
  int terminal_ = -1;
  int kept_open_ = -1;
  pid_t child_ = -1;
};

std::vector<std::string> keygen_in(const scratch& work) {
  return {"keygen", "-s", (work.path / "k.key").string(), "-p", (work.path / "k.pub").string()};
}

TEST(password_test, a_signal_that_ends_it_leaves_a_terminal_that_shows_what_is_typed) {
  for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGQUIT}) {
    const scratch work;
    at_a_terminal relup(keygen_in(work));
    ASSERT_TRUE(relup.says("new secret key: "));
    EXPECT_FALSE(relup.shows_what_is_typed());
    if (number == SIGINT) {
      relup.type("half of it\x03");
    } else {
      ::kill(relup.pid(), number);
    }
    const int status = relup.wait();
    EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == number) << number << ": " << status;
    EXPECT_TRUE(relup.shows_what_is_typed()) << number;
    EXPECT_TRUE(fs::is_empty(work.path));
  }
}

TEST(password_test, it_asks_again_when_it_goes_on_after_a_signal) {
  const scratch work;
  at_a_terminal relup(keygen_in(work));
  ASSERT_TRUE(relup.says("new secret key: "));
  ::kill(relup.pid(), SIGTSTP);
  // A process whose group no shell leads cannot be stopped; it asks again at once then.
  ASSERT_TRUE(relup.says("new secret key: "));
  EXPECT_FALSE(relup.shows_what_is_typed());
  relup.type("a secret\n");
  ASSERT_TRUE(relup.says("same again: "));
  relup.type("another\n");
  ASSERT_TRUE(relup.says("the two passwords differ"));
  EXPECT_EQ(WEXITSTATUS(relup.wait()), 1);
  EXPECT_TRUE(relup.shows_what_is_typed());
}

}  // namespace
}  // namespace patchbay::test
