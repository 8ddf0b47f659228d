// How long a swap stops its servers' callers: N servers, of which one caller that never pauses calls BUSY in turn; swaps up and down.
//   swap_bench [servers] [swaps] [busy]
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include "../host/release/swap/two_versions.hpp"

namespace patchbay::test {
namespace {

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

int measure(int servers, int swaps, int busy) {
  two_versions versions;
  for (int i = 0; i < servers - busy; ++i) versions.spawn("counter", i);
  std::vector<pid> called;
  for (int i = 0; i < busy; ++i) called.push_back(versions.spawn("counter", 0));
  std::atomic<bool> done{false};
  std::atomic<std::int64_t> longest_ns{0};
  std::atomic<std::int64_t> calls{0};
  std::thread client([&] {
    const scheduler::attached_thread attached(versions.host->scheduler());
    auto last = std::chrono::steady_clock::now();
    for (std::size_t i = 0; !done; i = i + 1 == called.size() ? 0 : i + 1) {
      call<bump>(called[i], 1);
      const auto now = std::chrono::steady_clock::now();
      const auto gap = std::chrono::nanoseconds(now - last).count();
      if (gap > longest_ns) longest_ns = gap;
      last = now;
      ++calls;
    }
  });
  std::vector<double> pauses;
  std::vector<double> gaps;
  std::vector<double> totals;
  std::vector<double> frozen;
  for (int i = 0; i < swaps; ++i) {
    const std::int64_t before = calls;
    eventually([&] { return calls > before + 10'000; });
    longest_ns = 0;
    const auto begin = std::chrono::steady_clock::now();
    const auto swapped = versions.swap(i % 2 == 0 ? release::direction::up : release::direction::down);
    totals.push_back(std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count());
    if (!swapped || swapped->servers_migrated != static_cast<std::uint64_t>(servers)) {
      std::fprintf(stderr, "swap failed: %s\n", swapped ? "not all migrated" : swapped.failure().text.c_str());
      done = true;
      client.join();
      return 1;
    }
    const std::int64_t after = calls;
    eventually([&] { return calls > after + 1'000; });
    pauses.push_back(static_cast<double>(swapped->pause_us) / 1000);
    gaps.push_back(static_cast<double>(longest_ns) / 1e6);
    frozen.push_back(static_cast<double>(swapped->servers_frozen));
  }
  done = true;
  client.join();
  std::printf(
      "servers %d (%d busy) swaps %d: pause %.3f ms (max %.3f), longest gap of a caller %.3f ms (max %.3f), whole swap "
      "%.3f ms, migrated in "
      "the pause %.0f\n",
      servers, busy, swaps, median(pauses), *std::max_element(pauses.begin(), pauses.end()), median(gaps),
      *std::max_element(gaps.begin(), gaps.end()), median(totals), median(frozen));
  return 0;
}

}  // namespace
}  // namespace patchbay::test

int main(int argc, char** argv) {
  const int servers = argc > 1 ? std::atoi(argv[1]) : 100'000;
  const int swaps = argc > 2 ? std::atoi(argv[2]) : 20;
  const int busy = argc > 3 ? std::atoi(argv[3]) : 1;
  if (servers < 1 || swaps < 1 || busy < 1 || busy > servers) {
    std::fprintf(stderr, "usage: swap_bench [servers] [swaps] [busy]\n");
    return 2;
  }
  return patchbay::test::measure(servers, swaps, busy);
}
