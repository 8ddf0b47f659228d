// All or nothing, whatever goes wrong and whenever: after each fault all servers are of one version, each state is what its accepted messages make it, and the
// same operation succeeds without the fault.
#include <cstdio>
#include <map>
#include <string>

#include "faults/faults.hpp"

namespace patchbay::test {
namespace {

TEST(faults, leave_all_or_nothing) {
  constexpr std::uint64_t seed = 20261128;
  const std::vector<fault> all = all_faults(seed);
  EXPECT_GE(all.size(), 500U);
  fault_bench bench;
  std::map<std::string, std::map<std::string, int>> seen;
  int done = 0;
  for (std::size_t i = 0; i < all.size(); i += SHARE) {
    SCOPED_TRACE("fault " + std::to_string(i) + " of seed " + std::to_string(seed) + ": " + all[i].words());
    ++seen[all[i].row()][bench.run(all[i])];
    ++done;
    ASSERT_FALSE(HasFailure());
  }
  std::printf("%d faults, seed %llu\n", done, static_cast<unsigned long long>(seed));
  for (const auto& [row, outcomes] : seen) {
    std::printf("  %-46s", row.c_str());
    for (const auto& [outcome, count] : outcomes) std::printf("  %s %d", outcome.c_str(), count);
    std::printf("\n");
  }
}

}  // namespace
}  // namespace patchbay::test
