#pragma once
// The same test in many orders.
#include <cstdint>
#include <exception>
#include <string>

#include <patchbay/testing/host.hpp>

namespace patchbay::testing {

/// Runs `test(seed)` for the seeds first … first + count - 1. A seed gives host_options::seed, and with it the order in which ready processes run;
/// the same seed gives the same order again. Throws failure with the seed in its text where the test throws.
template <class Test>
void explore(std::uint64_t count, Test test, std::uint64_t first = 1) {
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    try {
      test(seed);
    } catch (const std::exception& why) {
      throw failure("with seed " + std::to_string(seed) + ": " + why.what());
    }
  }
}

}  // namespace patchbay::testing
