#pragma once
// The programs as an operator runs them: patchbay start as a child process, everything else as commands.
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "port/child.hpp"
#include "port/files.hpp"

namespace patchbay::test {

using nlohmann::json;
using std::chrono::seconds;
namespace fs = std::filesystem;

// Generous: two cores may be shared by many tests, and sanitizers are slow.
inline constexpr seconds patience{60};

inline const fs::path patchbay_program = PATCHBAY_PROGRAM;
inline const fs::path relup_program = RELUP_PROGRAM;
inline const fs::path releases = PATCHBAY_RELEASES;

struct command_result {
  int code = -1;
  std::string output;
  std::string errors;
  [[nodiscard]] json answer() const { return json::parse(output, nullptr, false); }
};

inline command_result run(const fs::path& program, const std::vector<std::string>& arguments) {
  const auto result = port::run_child(program, arguments, patience);
  if (!result.ok()) return {-1, "", result.failure().text};
  EXPECT_EQ(result->end.how, port::child_end::kind::exited) << result->end.words();
  return {result->end.code, result->output, result->errors};
}

/// All that comes until the other side closes.
inline std::string read_all(int fd) {
  std::string text;
  char buffer[4096];
  for (ssize_t n = 0; (n = ::read(fd, buffer, sizeof buffer)) > 0;) text.append(buffer, static_cast<std::size_t>(n));
  return text;
}

/// The child of a process that has this name; 0: there is none.
inline pid_t child_named(pid_t parent, const std::string& name) {
  for (const auto& each : fs::directory_iterator("/proc")) {
    const auto stat = port::read_file(each.path() / "stat");  // `PID (NAME) STATE PARENT …`
    if (!stat.ok()) continue;
    const auto end = stat->rfind(") ");
    if (end == std::string::npos || stat->find("(" + name.substr(0, 15) + ")") == std::string::npos) continue;
    if (std::stoi(stat->substr(end + 4)) == parent) return std::stoi(each.path().filename().string());
  }
  return 0;
}

/// A data directory of its own, removed in the end.
struct scratch {
  scratch() {
    std::string pattern = fs::temp_directory_path() / "patchbay-cli-XXXXXX";
    path = ::mkdtemp(pattern.data());
  }
  scratch(const scratch&) = delete;
  scratch& operator=(const scratch&) = delete;
  ~scratch() { fs::remove_all(path); }
  fs::path path;
};

/// `patchbay start`, until it has ended or this goes.
class running_host {
 public:
  /// `under` is what a shell does before it becomes the host: `ulimit -n 24`.
  running_host(const fs::path& data, std::vector<std::string> arguments, bool allow_unsigned = true,
               const std::string& under = "") {
    arguments.insert(arguments.begin(), "start");
    arguments.insert(arguments.end(), {"--data", data.string()});
    if (allow_unsigned) arguments.emplace_back("--allow-unsigned");
    if (!under.empty())
      arguments.insert(arguments.begin(), {"-c", under + R"(; exec "$0" "$@")", patchbay_program.string()});
    auto spawned = port::child::spawn(under.empty() ? patchbay_program : fs::path("/bin/sh"), arguments);
    EXPECT_TRUE(spawned.ok());
    child_.emplace(std::move(*spawned));
    // What it logs must be read, or it would wait for a reader.
    errors_ = std::thread([this] { drain(child_->errors.get(), log_); });
    ready_ = read_line();
  }
  ~running_host() {
    if (child_) end(SIGKILL);
  }

  [[nodiscard]] const std::string& ready_line() const { return ready_; }
  [[nodiscard]] pid_t pid() const { return child_->pid(); }

  void signal(int number) const { ::kill(child_->pid(), number); }
  port::child_end wait() {
    const auto ended = child_->wait(patience);
    drain(child_->output.get(), rest_);
    errors_.join();
    child_.reset();
    return ended;
  }
  port::child_end end(int number) {
    signal(number);
    return wait();
  }
  /// After its end: what it logged, and what it printed behind the ready line.
  [[nodiscard]] const std::string& log() const { return log_; }
  [[nodiscard]] const std::string& printed() const { return rest_; }

 private:
  static void drain(int fd, std::string& to) {
    char buffer[4096];
    for (ssize_t n = 0; (n = ::read(fd, buffer, sizeof buffer)) > 0;) to.append(buffer, static_cast<std::size_t>(n));
  }
  std::string read_line() {
    std::string line;
    for (;;) {
      pollfd waiting{child_->output.get(), POLLIN, 0};
      if (::poll(&waiting, 1, static_cast<int>(std::chrono::milliseconds(patience).count())) <= 0) return line;
      char c = 0;
      if (::read(child_->output.get(), &c, 1) <= 0 || c == '\n') return line;
      line += c;
    }
  }

  std::optional<port::child> child_;
  std::thread errors_;
  std::string ready_;
  std::string log_;
  std::string rest_;
};

/// Commands on one data directory.
struct operator_at {
  fs::path data;
  [[nodiscard]] command_result patchbay(std::vector<std::string> arguments) const {
    return on(patchbay_program, std::move(arguments));
  }
  [[nodiscard]] command_result relup(std::vector<std::string> arguments) const {
    return on(relup_program, std::move(arguments));
  }
  /// One JSON answer of a command that must succeed.
  [[nodiscard]] json ask(std::vector<std::string> arguments, const fs::path& program = patchbay_program) const {
    arguments.emplace_back("--json");
    const auto result = on(program, arguments);
    EXPECT_EQ(result.code, 0) << arguments.front() << ": " << result.output << result.errors;
    return result.answer();
  }
  [[nodiscard]] json relup_ask(std::vector<std::string> arguments) const {
    return ask(std::move(arguments), relup_program);
  }
  /// The error of a command that must be refused.
  [[nodiscard]] json refusal(std::vector<std::string> arguments, const fs::path& program = patchbay_program) const {
    arguments.emplace_back("--json");
    const auto result = on(program, arguments);
    EXPECT_EQ(result.code, 1) << arguments.front() << ": " << result.output << result.errors;
    const auto answer = result.answer();
    return answer.is_object() && answer.contains("error") ? answer["error"]
                                                          : json{{"code", "none"}, {"text", result.output}};
  }
  [[nodiscard]] std::string status_of(const std::string& release) const {
    for (const auto& each : relup_ask({"which"})) {
      if (each.at("id") == release) return each.at("status");
    }
    return "unknown";
  }

 private:
  [[nodiscard]] command_result on(const fs::path& program, std::vector<std::string> arguments) const {
    arguments.insert(arguments.end(), {"--data", data.string()});
    return run(program, arguments);
  }
};

}  // namespace patchbay::test
