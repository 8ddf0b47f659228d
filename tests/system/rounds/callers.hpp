#pragma once
// Clients of the sequence that never pause: threads of the embedding program, and the load plugin's servers inside the host.
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "embedded/embedded_host.hpp"
#include "load/answers.hpp"

namespace patchbay::test {

/// One thread that calls next_number through the embedding interface until it is stopped.
class calling_thread {
 public:
  enum class kind { attached, unattached };
  calling_thread(host& called, kind how);
  calling_thread(const calling_thread&) = delete;
  calling_thread& operator=(const calling_thread&) = delete;
  ~calling_thread() { stop(); }

  [[nodiscard]] std::int64_t calls() const { return calls_; }
  /// What it saw since the last time; totals are of all time.
  load::answers hand_over();
  void stop();

 private:
  void run(host& called, kind how);

  std::mutex mutex_;
  load::answers seen_;  // guarded by mutex_
  std::atomic<std::int64_t> calls_{0};
  std::atomic<bool> over_{false};
  std::thread thread_;
};

/// All clients together.
class callers {
 public:
  callers(embedded_host& called, int servers, int attached, int unattached);

  /// Returns when every client got answers that it asked for after this began. Fails the test where that takes too long.
  void wait_for_answers();
  std::vector<load::answers> hand_over();
  /// Nobody calls any more.
  void stop();

 private:
  embedded_host& host_;
  fs::path directory_;
  std::vector<std::unique_ptr<calling_thread>> threads_;
};

}  // namespace patchbay::test
