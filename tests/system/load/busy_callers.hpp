#pragma once
// Threads that keep many servers busy with calls, and notice how long they wait.
#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

#include "patchbay/host.hpp"

namespace patchbay::test {

class busy_callers {
 public:
  /// Each of `threads` threads calls `bump` of its part of these servers, one after the other, again and again. Every second is attached.
  busy_callers(host& called, const std::vector<std::string>& servers, unsigned threads);
  busy_callers(const busy_callers&) = delete;
  busy_callers& operator=(const busy_callers&) = delete;
  ~busy_callers() { stop(); }
  void stop();

  [[nodiscard]] std::int64_t calls() const;
  /// The longest time between two answers to one of the threads.
  [[nodiscard]] std::chrono::microseconds longest_gap() const;
  /// Forgets the gaps so far; one that goes on meanwhile still counts.
  void reset_gaps();
  /// After stop: the errors of calls without an answer.
  [[nodiscard]] std::vector<std::string> errors() const;

 private:
  struct caller {
    std::vector<std::string> servers;
    std::atomic<std::int64_t> calls{0};
    std::atomic<std::int64_t> longest_us{0};
    std::string error;
    std::thread thread;
  };
  void run(host& called, caller& self, bool attached);

  std::atomic<bool> over_{false};
  std::vector<caller> callers_;
};

/// How long this machine leaves a thread aside that only looks at the clock: what others' gaps cannot be blamed for.
class idle_watch {
 public:
  idle_watch();
  idle_watch(const idle_watch&) = delete;
  idle_watch& operator=(const idle_watch&) = delete;
  ~idle_watch();
  [[nodiscard]] std::chrono::microseconds longest_gap() const { return std::chrono::microseconds(longest_us_); }

 private:
  std::atomic<std::int64_t> longest_us_{0};
  std::atomic<bool> over_{false};
  std::thread thread_;
};

}  // namespace patchbay::test
