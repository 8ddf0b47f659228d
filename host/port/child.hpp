#pragma once
// A helper program as a child process that inherits nothing but three pipes and dies with the thread that started it.
#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "port/descriptor.hpp"
#include "port/outcome.hpp"

namespace patchbay::port {

/// How a child ended.
struct child_end {
  enum class kind { exited, signalled, timed_out } how = kind::exited;
  int code = 0;  ///< exit status, or the signal's number
  /// `exited with status 3`, `killed by SIGSEGV`, `still running after 500 ms`
  [[nodiscard]] std::string words() const;
  [[nodiscard]] bool clean() const noexcept { return how == kind::exited && code == 0; }
  std::chrono::milliseconds limit{};  ///< of a child that was stopped for its time
};

/// A running child. Its standard input, output and error are pipes to this process; every other descriptor is closed in it, its signal
/// handlers and mask are the default ones. Thread: one. It is killed when the thread that spawned it ends, and by the destructor.
class child {
 public:
  /// Errors: io (no such program, not executable, no processes or descriptors left).
  static outcome<child> spawn(const std::filesystem::path& program, const std::vector<std::string>& arguments);
  /// The same, but its standard input is `theirs`, and `input` holds nothing.
  static outcome<child> spawn(const std::filesystem::path& program, const std::vector<std::string>& arguments,
                              descriptor theirs);
  child(child&& other) noexcept;
  child& operator=(child&&) = delete;
  ~child();

  [[nodiscard]] pid_t pid() const noexcept { return pid_; }
  /// Write end of its standard input; reset it to say that no more comes. Writing to a child that has gone raises SIGPIPE in the host:
  /// use send-like calls or ignore the signal.
  descriptor input;
  descriptor output;
  descriptor errors;

  /// Waits until it ends. REQUIRES: not waited for before.
  child_end wait(std::chrono::milliseconds limit);
  void kill() noexcept;

 private:
  child() = default;
  struct pipe_ends;
  static outcome<child> start(const std::filesystem::path& program, const std::vector<std::string>& arguments,
                              pipe_ends in);
  pid_t pid_ = -1;
  descriptor pidfd_;
};

/// Waits for something to read and appends it, so long as `into` is shorter than `keep`; the rest is dropped. Closes the descriptor at
/// its end.
void read_some(descriptor& from, std::string& into, std::size_t keep);

/// What a helper said and how it ended.
struct child_result {
  child_end end;
  std::string output;
  std::string errors;
};

/// Runs a helper to its end with an empty standard input; kills it at the limit. Of each stream at most `keep` bytes are kept, the rest is
/// read and dropped. Errors: io.
outcome<child_result> run_child(const std::filesystem::path& program, const std::vector<std::string>& arguments,
                                std::chrono::milliseconds limit, std::size_t keep = 1U << 20U);

/// `SIGSEGV`, or `signal 64`.
std::string signal_name(int number);

}  // namespace patchbay::port
