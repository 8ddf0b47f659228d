#include "rounds.hpp"

#include <algorithm>
#include <chrono>
#include <set>
#include <sstream>

#include "callers.hpp"
#include "number_window.hpp"

namespace patchbay::test {
namespace {

constexpr std::int64_t first_number = 100;
// What all clients are answered between two hand-overs fits in by far: 33 million numbers in 4 MiB.
constexpr std::size_t window = std::size_t{1} << 25;

class run {
 public:
  run() : numbers_(first_number, window), host_("sequence-1.0.0") {}

  rounds_result result(int rounds) {
    if (!host_) return result_;
    const auto start = std::chrono::steady_clock::now();
    host_.unpack("sequence-2.0.0");
    callers clients(host_, 2, 1, 1);
    result_.after.reserve(static_cast<std::size_t>(rounds));
    for (int n = 1; n <= rounds && !::testing::Test::HasFailure(); ++n) {
      SCOPED_TRACE("round " + std::to_string(n));
      go("2.0.0", clients);
      go("1.0.0", clients);
      judge(clients.hand_over());
      result_.after.push_back(measure_footprint(host_.data() / "generations"));
    }
    clients.stop();
    judge(clients.hand_over());
    close(clients.hand_over());
    result_.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return result_;
  }

 private:
  void go(const std::string& to, callers& clients) {
    clients.wait_for_answers();
    const auto report = host_.ask("install", {{"release", to}});
    if (!report.is_object()) return;
    EXPECT_GT(report["servers_in_set"], 0);
    EXPECT_EQ(report["servers_in_set"], report["servers_migrated"]);
    EXPECT_EQ(report["recorded"], true);
    EXPECT_EQ(report["purged"].size(), 1U);
    for (const auto& purge : report["purged"]) EXPECT_EQ(purge["unmapped"], true) << purge;
    EXPECT_EQ(host_.ask("purge"), json::array()) << "no old code is left";
    result_.pause_us = std::max(result_.pause_us, report["pause_us"].get<std::int64_t>());
  }

  void judge(const std::vector<load::answers>& all) {
    for (const auto& each : all) {
      numbers_.add(each.numbers);
      for (const auto stray : each.strays) numbers_.add(stray);
      for (const auto& [text, count] : each.errors) errors_.insert(text);
    }
    numbers_.settle();
  }

  /// Every number up to the next was answered to one client; totals are of all time.
  void close(const std::vector<load::answers>& all) {
    for (const auto& each : all) {
      result_.calls += each.calls;
      result_.disordered += each.disordered;
      result_.gap_us = std::max(result_.gap_us, each.longest_us);
    }
    const auto next = host_.call("sequence", "next_number");
    if (next.is_number_integer()) result_.lost = numbers_.missing(next.get<std::int64_t>());
    EXPECT_EQ(result_.calls, numbers_.added()) << "clients counted other answers than they handed over";
    result_.doubled = numbers_.doubled();
    result_.outside = numbers_.outside();
    result_.errors = {errors_.begin(), errors_.end()};
  }

  number_window numbers_;
  std::set<std::string> errors_;
  rounds_result result_;
  embedded_host host_;
};

}  // namespace

rounds_result run_rounds(int rounds) { return run().result(rounds); }

std::string in_words(const rounds_result& result) {
  std::ostringstream out;
  out << "rounds " << result.after.size() << ", calls " << result.calls << ", lost " << result.lost << ", doubled "
      << result.doubled << ", " << result.seconds << " s\n"
      << "longest pause reported " << result.pause_us << " us, longest gap of a client " << result.gap_us << " us\n";
  std::size_t shown = 0;
  for (std::size_t n = 1; n <= result.after.size(); ++n) {
    // The first ones, then ever fewer, and the last.
    if (n != 1 && n != result.after.size() && n < shown * 2 && n % 100 != 50) continue;
    shown = n;
    const footprint& at = result.after[n - 1];
    out << "after round " << n << ": mappings " << at.mappings << " (files " << at.of_files << ", memory "
        << at.of_memory << ", stacks " << at.stacks << ", arenas " << at.arenas << "), libraries " << at.libraries
        << ", RSS " << at.resident / 1024 << " KiB\n";
  }
  return out.str();
}

}  // namespace patchbay::test
