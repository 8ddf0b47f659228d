// Nothing is lost, doubled or left behind by upgrades and downgrades under load. ROUNDS is how often.
#include "rounds.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <vector>

#include "code/elf/elf_file.hpp"
#include "embedded/embedded_host.hpp"
#include "number_window.hpp"

namespace patchbay::test {
namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool sanitized = true;
#else
constexpr bool sanitized = false;
#endif
constexpr std::size_t steady_from = 50;      // the round after which memory may grow no more
constexpr std::size_t tombstones_from = 10;  // the round after which there are as many as there may be
constexpr std::size_t settled_by = 25;
constexpr std::size_t compared = 50;  // clients hold more in one round, less in another: so many rounds' median counts
constexpr std::size_t last_rounds = 10;

// A single count may catch a thread on its way: the least of the last rounds against the most of early ones.
std::size_t most_of_early(const rounds_result& result, std::size_t footprint::*what) {
  std::size_t most = 0;
  for (auto n = tombstones_from; n < settled_by; ++n) most = std::max(most, result.after[n].*what);
  return most;
}
std::size_t least_of_last(const rounds_result& result, std::size_t footprint::*what) {
  auto least = result.after.back().*what;
  for (auto n = result.after.size() - last_rounds; n < result.after.size(); ++n)
    least = std::min(least, result.after[n].*what);
  return least;
}

double median_resident(const rounds_result& result, std::size_t from) {
  std::vector<std::uint64_t> seen;
  for (auto n = from; n < from + compared; ++n) seen.push_back(result.after[n].resident);
  std::nth_element(seen.begin(), seen.begin() + compared / 2, seen.end());
  return static_cast<double>(seen[compared / 2]);
}

TEST(number_window, tells_lost_doubled_and_outside) {
  number_window seen(100, 128);
  for (const std::int64_t number : {101, 100, 103, 101, 163, 164}) seen.add(number);
  seen.settle();
  EXPECT_EQ(seen.floor(), 102);
  EXPECT_EQ(seen.doubled(), 1);
  seen.add(100);
  seen.add(102 + 128);
  EXPECT_EQ(seen.doubled(), 2) << "below the floor all have been";
  EXPECT_EQ(seen.outside(), 1);
  EXPECT_EQ(seen.missing(165), 165 - 102 - 3);
  for (std::int64_t number = 102; number < 300; ++number) {
    if (number != 103 && number != 163 && number != 164) seen.add(number);
    seen.settle();
  }
  EXPECT_EQ(seen.floor(), 300) << "the ring is used again and again";
  EXPECT_EQ(seen.missing(300), 0);
  EXPECT_EQ(seen.doubled(), 2);
  EXPECT_EQ(seen.added(), 8 + 198 - 3);
}

// The C library would keep some memory of each generation, were it told of the destructors of its static objects.
TEST(built_plugins, remember_their_exit_functions_themselves) {
  const auto library = built_release("sequence-1.0.0") / "lib/sequence-1.0.0/sequence.so";
  const auto file = code::elf_file::open(library);
  ASSERT_TRUE(file.ok()) << file.failure().text;
  bool found = false;
  for (const auto& symbol : file->symbols()) {
    if (symbol.name != "__cxa_atexit") continue;
    found = true;
    EXPECT_NE(symbol.section, 0U) << "another library's";
  }
  EXPECT_TRUE(found);
}

TEST(rounds, lose_and_leave_nothing) {
  limit_arenas();
  const auto result = run_rounds(ROUNDS);
  std::fputs(in_words(result).c_str(), stdout);
  ASSERT_EQ(result.after.size(), static_cast<std::size_t>(ROUNDS));
  EXPECT_EQ(result.lost, 0);
  EXPECT_EQ(result.doubled, 0);
  EXPECT_EQ(result.outside, 0);
  EXPECT_EQ(result.disordered, 0);
  EXPECT_TRUE(result.errors.empty()) << result.errors.front();

  for (const auto& each : result.after) ASSERT_EQ(each.libraries, 2U) << "sequence and load, in one version each";
  EXPECT_LE(least_of_last(result, &footprint::of_files), most_of_early(result, &footprint::of_files));
  if (sanitized) return;  // a sanitizer's memory is its own affair
  EXPECT_LE(least_of_last(result, &footprint::of_memory), most_of_early(result, &footprint::of_memory));
  if (ROUNDS >= steady_from + 2 * compared) {
    const auto base = median_resident(result, steady_from);
    const auto last = median_resident(result, result.after.size() - compared);
    std::printf("RSS of the last %zu rounds against those from round %zu on: %+.2f %%\n", compared, steady_from,
                100 * (last / base - 1));
    EXPECT_LE(last, 1.02 * base);
  }
}

}  // namespace
}  // namespace patchbay::test
