// What a call costs, and what an idle server weighs.
#include <benchmark/benchmark.h>
#include <malloc.h>

#include <fstream>
#include <iostream>

#include <patchbay/patchbay.hpp>

#include "../host/process/runtime.hpp"

namespace patchbay::test {
namespace {

struct poke {
  using reply = std::int64_t;
  std::int64_t by = 1;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(by)); }
};
struct tick {
  std::int64_t by = 1;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(by)); }
};
/// Calls `whom` that many times from inside a handler.
struct call_many {
  using reply = std::int64_t;
  pid whom;
  std::int64_t times = 0;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(whom), PATCHBAY_FIELD(times)); }
};
struct cast_many {
  using reply = std::int64_t;
  pid whom;
  std::int64_t times = 0;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(whom), PATCHBAY_FIELD(times)); }
};

struct cell {
  using calls = messages<poke, call_many, cast_many>;
  using casts = messages<tick>;
  struct state {
    std::int64_t total = 0;
    void serialize(auto& ar) { ar(PATCHBAY_FIELD(total)); }
  };
  static state init() { return {}; }
  static std::int64_t handle_call(const poke& m, from, state& s) { return s.total += m.by; }
  static std::int64_t handle_call(const call_many& m, from, state&) {
    std::int64_t last = 0;
    for (std::int64_t i = 0; i < m.times; ++i) last = call<poke>(m.whom, 1);
    return last;
  }
  static std::int64_t handle_call(const cast_many& m, from, state&) {
    for (std::int64_t i = 0; i < m.times; ++i) cast<tick>(m.whom, 1);
    return call<poke>(with_timeout(m.whom, std::chrono::seconds(60)), 0);
  }
  static void handle_cast(const tick& m, state& s) { s.total += m.by; }
};

}  // namespace
}  // namespace patchbay::test

using patchbay::test::cell;
PATCHBAY_GEN_SERVER(cell, 1)

namespace patchbay::test {
namespace {

constexpr std::int64_t many = 100'000;

void call_from_a_process(benchmark::State& bench) {
  runtime host{patchbay_module_cell};
  const pid caller = static_cast<pid>(host.spawn("cell"));
  const pid server = static_cast<pid>(host.spawn("cell"));
  for (auto _ : bench) benchmark::DoNotOptimize(call<call_many>(with_timeout(caller, 60s), server, many));
  bench.SetItemsProcessed(bench.iterations() * many);
}
BENCHMARK(call_from_a_process)->Unit(benchmark::kMillisecond)->UseRealTime();

void call_from_an_attached_thread(benchmark::State& bench) {
  runtime host{patchbay_module_cell};
  const pid server = static_cast<pid>(host.spawn("cell"));
  scheduler::attached_thread attached(host->scheduler());
  for (auto _ : bench) benchmark::DoNotOptimize(call<poke>(server, 1));
}
BENCHMARK(call_from_an_attached_thread)->UseRealTime();

void call_from_an_outside_thread(benchmark::State& bench) {
  runtime host{patchbay_module_cell};
  const pid server = static_cast<pid>(host.spawn("cell"));
  for (auto _ : bench) benchmark::DoNotOptimize(call<poke>(server, 1));
}
BENCHMARK(call_from_an_outside_thread)->UseRealTime();

void cast_from_a_process(benchmark::State& bench) {
  runtime host{patchbay_module_cell};
  const pid caller = static_cast<pid>(host.spawn("cell"));
  const pid server = static_cast<pid>(host.spawn("cell"));
  for (auto _ : bench) benchmark::DoNotOptimize(call<cast_many>(with_timeout(caller, 60s), server, many));
  bench.SetItemsProcessed(bench.iterations() * many);
}
BENCHMARK(cast_from_a_process)->Unit(benchmark::kMillisecond)->UseRealTime();

std::size_t resident_bytes() {
  std::ifstream statm("/proc/self/statm");
  std::size_t total = 0;
  std::size_t resident = 0;
  statm >> total >> resident;
  return resident * 4096;
}

void idle_servers(benchmark::State& bench) {
  const auto count = static_cast<std::size_t>(bench.range(0));
  for (auto _ : bench) {
    runtime host{patchbay_module_cell};
    host.spawn("cell");
    malloc_trim(0);
    const std::size_t before = resident_bytes();
    {
      scheduler::attached_thread attached(host->scheduler());
      for (std::size_t i = 0; i < count; ++i) host.spawn("cell");
    }
    bench.counters["bytes_each"] = static_cast<double>(resident_bytes() - before) / static_cast<double>(count);
  }
  bench.SetItemsProcessed(bench.iterations() * bench.range(0));
}
BENCHMARK(idle_servers)->Arg(100'000)->Iterations(1)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
}  // namespace patchbay::test

BENCHMARK_MAIN();
