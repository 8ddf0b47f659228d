#pragma once
// An install that a slow handler holds up for as long as a test wants.
#include <fstream>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "cli/programs.hpp"

namespace patchbay::test {

/// One of unruly's servers, in a handler until let_go.
class held_server {
 public:
  held_server(const operator_at& op, const std::string& name) : file_(scratch_.path / "held") {
    std::ofstream(file_) << "held";
    // The command gives up at once, its handler does not.
    const auto given_up =
        op.refusal({"call", name, "hold", json{{"file", file_.string()}}.dump(), "--timeout", "100ms"});
    EXPECT_EQ(given_up["code"], "timeout") << given_up;
  }
  held_server(const held_server&) = delete;
  held_server& operator=(const held_server&) = delete;
  ~held_server() { let_go(); }
  void let_go() { fs::remove(file_); }

 private:
  scratch scratch_;
  fs::path file_;
};

/// A command of relup that goes on beside the test.
class command_under_way {
 public:
  explicit command_under_way(std::vector<std::string> arguments) {
    auto spawned = port::child::spawn(relup_program, arguments);
    EXPECT_TRUE(spawned.ok());
    child_.emplace(std::move(*spawned));
  }

  /// Reads what it prints on stderr until it holds this text; false where it ends before, or nothing comes for long.
  bool says_on_errors(std::string_view text) {
    for (char byte = 0; seen_.find(text) == std::string::npos; seen_ += byte) {
      pollfd waiting{child_->errors.get(), POLLIN, 0};
      if (::poll(&waiting, 1, static_cast<int>(std::chrono::milliseconds(patience).count())) <= 0) return false;
      if (::read(child_->errors.get(), &byte, 1) != 1) return false;
    }
    return true;
  }
  command_result wait() {
    const auto ended = child_->wait(patience);
    command_result result{ended.code, rest(child_->output.get()), seen_ + rest(child_->errors.get())};
    child_.reset();
    return result;
  }

 private:
  static std::string rest(int fd) {
    std::string text;
    char buffer[4096];
    for (ssize_t n = 0; (n = ::read(fd, buffer, sizeof buffer)) > 0;) text.append(buffer, static_cast<std::size_t>(n));
    return text;
  }
  std::optional<port::child> child_;
  std::string seen_;
};

inline command_under_way begin_relup(const operator_at& op, std::vector<std::string> arguments) {
  arguments.insert(arguments.end(), {"--data", op.data.string()});
  return command_under_way(std::move(arguments));
}

}  // namespace patchbay::test
