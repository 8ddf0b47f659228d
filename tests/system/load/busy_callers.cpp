#include "busy_callers.hpp"

#include <algorithm>
#include <optional>

namespace patchbay::test {
namespace {

using clock = std::chrono::steady_clock;

std::int64_t us_between(clock::time_point a, clock::time_point b) {
  return std::chrono::duration_cast<std::chrono::microseconds>(b - a).count();
}

void raise(std::atomic<std::int64_t>& most, std::int64_t value) {
  auto seen = most.load();
  while (seen < value && !most.compare_exchange_weak(seen, value)) {
  }
}

}  // namespace

busy_callers::busy_callers(host& called, const std::vector<std::string>& servers, unsigned threads)
    : callers_(threads) {
  for (std::size_t n = 0; n < servers.size(); ++n) callers_[n % threads].servers.push_back(servers[n]);
  for (unsigned n = 0; n < threads; ++n)
    callers_[n].thread = std::thread([this, &called, n] { run(called, callers_[n], n % 2 == 0); });
}

void busy_callers::run(host& called, caller& self, bool attached) {
  std::optional<host::attachment> attachment;
  if (attached) attachment.emplace(called.attach());
  auto last = clock::now();
  for (std::size_t next = 0; !over_; next = (next + 1) % self.servers.size()) {
    const auto answer = called.call(self.servers[next], "bump");
    const auto now = clock::now();
    raise(self.longest_us, us_between(last, now));
    last = now;
    if (answer)
      ++self.calls;
    else
      self.error = self.servers[next] + ": " + answer.failure().code + ": " + answer.failure().text;
  }
}

void busy_callers::stop() {
  over_ = true;
  for (auto& each : callers_)
    if (each.thread.joinable()) each.thread.join();
}

std::int64_t busy_callers::calls() const {
  std::int64_t sum = 0;
  for (const auto& each : callers_) sum += each.calls;
  return sum;
}

std::chrono::microseconds busy_callers::longest_gap() const {
  std::int64_t most = 0;
  for (const auto& each : callers_) most = std::max(most, each.longest_us.load());
  return std::chrono::microseconds(most);
}

void busy_callers::reset_gaps() {
  for (auto& each : callers_) each.longest_us = 0;
}

std::vector<std::string> busy_callers::errors() const {
  std::vector<std::string> all;
  for (const auto& each : callers_)
    if (!each.error.empty()) all.push_back(each.error);
  return all;
}

idle_watch::idle_watch()
    : thread_([this] {
        for (auto last = clock::now(); !over_;) {
          std::this_thread::yield();
          const auto now = clock::now();
          raise(longest_us_, us_between(last, now));
          last = now;
        }
      }) {}

idle_watch::~idle_watch() {
  over_ = true;
  thread_.join();
}

}  // namespace patchbay::test
