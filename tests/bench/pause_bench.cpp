// Release installs of a real plugin, up and down, while one server calls without cease: what `tools/bench pause` measures.
//   pause_bench SERVERS BUSY INSTALLS      prints one line: {"pause_us":[…],"install_us":[…],"p99_ns":[…],"p99_before_ns":[…],…}
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <thread>

#include "embedded/embedded_host.hpp"

namespace patchbay::test {
namespace {

using clock = std::chrono::steady_clock;

std::int64_t us(clock::duration of) { return std::chrono::duration_cast<std::chrono::microseconds>(of).count(); }

/// What the rider saw since the last time, once it has made so many calls more.
json seen_after(embedded_host& host, std::int64_t calls) {
  json seen = host.call("rider", "look");
  std::int64_t made = seen["calls"];
  while (made < calls) {
    // Each look takes the rider from its work: seldom.
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    const json more = host.call("rider", "look");
    made += more["calls"].get<std::int64_t>();
    seen["longest_ns"] = std::max(seen["longest_ns"].get<std::int64_t>(), more["longest_ns"].get<std::int64_t>());
    seen["p99_ns"] = std::max(seen["p99_ns"].get<std::int64_t>(), more["p99_ns"].get<std::int64_t>());
  }
  return seen;
}

int measure(std::int64_t servers, std::int64_t busy, int installs) {
  embedded_host host("stampede-1.0.0");
  if (!host) return 1;
  host.unpack("stampede-2.0.0");
  host.call("swarm", "spawn", {{"count", servers}});
  host.call("rider", "ride", {{"members", busy}});
  seen_after(host, 100'000);
  json line;
  for (int i = 0; i < installs; ++i) {
    line["p99_before_ns"].push_back(seen_after(host, 200'000)["p99_ns"]);
    const auto begin = clock::now();
    const json report = host.ask("install", {{"release", i % 2 == 0 ? "2.0.0" : "1.0.0"}});
    const auto took = us(clock::now() - begin);
    const json seen = seen_after(host, 1'000);
    if (!report.is_object() || report["servers_migrated"] != servers + 2) return 1;
    line["pause_us"].push_back(seen["longest_ns"].get<std::int64_t>() / 1000);
    line["p99_ns"].push_back(seen["p99_ns"]);
    line["install_us"].push_back(took);
    line["host_pause_us"].push_back(report["pause_us"]);
    line["servers_frozen"].push_back(report["servers_frozen"]);
  }
  std::printf("%s\n", line.dump().c_str());
  return 0;
}

}  // namespace
}  // namespace patchbay::test

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fprintf(stderr, "usage: pause_bench SERVERS BUSY INSTALLS\n");
    return 2;
  }
  return patchbay::test::measure(std::atoll(argv[1]), std::atoll(argv[2]), std::atoi(argv[3]));
}
