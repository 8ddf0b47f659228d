#pragma once
// The real programs as child processes: the host, and the operator's commands.
#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <nlohmann/json.hpp>

#include "port/child.hpp"
#include "port/outcome.hpp"

namespace demo {

using nlohmann::json;
using patchbay::outcome;

/// Where the programs and releases are.
struct places {
  std::filesystem::path patchbay;
  std::filesystem::path relup;
  std::filesystem::path releases;  ///< holds sequence-1.0.0 …
  std::filesystem::path work;      ///< data directory, answers and logs go here
  [[nodiscard]] std::filesystem::path data() const { return work / "data"; }
  [[nodiscard]] std::filesystem::path socket() const { return data() / "control.sock"; }
  [[nodiscard]] std::filesystem::path host_log() const { return work / "host.log"; }
};

/// `patchbay start RELEASE_DIR …`. What it prints goes to the log. It dies with the thread that started it.
class host_process {
 public:
  /// Returns when the host has said that it is ready. Errors: io, not_ready (with the last lines that it printed).
  static outcome<std::unique_ptr<host_process>> start(const places& where, const std::filesystem::path& release,
                                                      std::chrono::milliseconds limit);
  ~host_process();
  host_process(const host_process&) = delete;
  host_process& operator=(const host_process&) = delete;

  [[nodiscard]] pid_t pid() const noexcept { return child_.pid(); }
  [[nodiscard]] const std::string& ready_line() const noexcept { return ready_line_; }
  /// Files whose name contains `part` and which the host has mapped, by inode: a deleted copy counts.
  [[nodiscard]] std::vector<std::string> mapped(const std::string& part) const;
  /// Waits for the end of a host that was told to stop.
  patchbay::port::child_end wait(std::chrono::milliseconds limit);

 private:
  explicit host_process(patchbay::port::child child) : child_(std::move(child)) {}
  patchbay::port::child child_;
  std::string ready_line_;
  std::vector<std::thread> readers_;
  bool waited_ = false;
};

/// What a command of the operator answered.
struct command_result {
  bool ok = false;         ///< exit status 0
  json answer;             ///< the last line of its standard output
  std::string error_code;  ///< where it failed
  std::string error_text;
  std::string output;
};
/// Runs `program ARGUMENTS --json --data DATA`. Errors: io (it could not be run, or did not end in time).
outcome<command_result> run_command(const places& where, const std::filesystem::path& program,
                                    std::vector<std::string> arguments);

}  // namespace demo
