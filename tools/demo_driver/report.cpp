#include "report.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace demo {
namespace {

std::string row(const std::string& what, const std::string& value) { return fmt::format("  {:<34} {}\n", what, value); }
std::string ms(std::int64_t us) { return fmt::format("{:.1f} ms", static_cast<double>(us) / 1000); }

}  // namespace

std::string table(const ending& end) {
  const auto& n = end.numbers;
  auto text = fmt::format("\n  {:<18} {:>8} {:>10} {:>12} {:>14} {:>12}  {}\n", "upgrade", "servers", "migrated",
                          "host paused", "clients waited", "total", "old library");
  for (const auto& swap : end.swaps) {
    if (swap.done)
      text += fmt::format("  {:<18} {:>8} {:>10} {:>12} {:>14} {:>12}  {}\n", swap.name, swap.servers_in_set,
                          swap.servers_migrated, fmt::format("{} us", swap.pause_us), ms(swap.client_gap_us),
                          ms(swap.total_us), swap.unmapped ? "unmapped" : "STILL MAPPED");
    else
      text += fmt::format("  {:<18} {:>8} {:>10} {:>12} {:>14} {:>12}  {}\n", swap.name, "-", "-", "-",
                          ms(swap.client_gap_us), ms(swap.total_us),
                          end.refused ? "refused, new one unmapped" : "NOT REFUSED AS IT SHOULD BE");
  }
  text += "\n";
  text += row("numbers handed out", fmt::format("{} ({} to {})", end.end - end.first, end.first, end.end - 1));
  text += row("answered over the socket", fmt::format("{}", end.socket_calls));
  text += row("answered inside the host", fmt::format("{}", end.host_calls));
  text += row("lost, doubled, out of order", fmt::format("{}, {}, {}", n.lost, n.duplicated, n.disordered));
  text += row("a client's longest wait", ms(n.longest_us));
  text += row("the longest with no upgrade running", ms(end.gap_outside_us));
  text += row("crashed server restarted where it was", end.restarted ? "yes" : "NO");
  return text;
}

std::string last_line(const ending& end, int exit) {
  const auto& n = end.numbers;
  std::int64_t errors = 0;
  for (const auto& [text, count] : n.errors) errors += count;
  std::int64_t upgrades = 0;
  bool unmapped = true;
  std::int64_t host_pause = 0;
  json swaps = json::array();
  for (const auto& swap : end.swaps) {
    swaps.push_back({{"swap", swap.name},
                     {"done", swap.done},
                     {"pause_us", swap.pause_us},
                     {"client_gap_us", swap.client_gap_us},
                     {"total_us", swap.total_us}});
    if (!swap.done) continue;
    ++upgrades;
    unmapped = unmapped && swap.unmapped;
    host_pause = std::max(host_pause, swap.pause_us);
  }
  const json line{{"calls", n.calls},
                  {"lost", n.lost},
                  {"duplicated", n.duplicated},
                  {"errors", errors},
                  {"upgrades", upgrades},
                  {"pause_us_max", n.longest_us},
                  {"pause_us_max_no_upgrade", end.gap_outside_us},
                  {"host_pause_us_max", host_pause},
                  {"unmapped", unmapped && upgrades > 0},
                  {"refused_ok", end.refused},
                  {"restarted_ok", end.restarted},
                  {"swaps", swaps},
                  {"problems", end.problems},
                  {"exit", exit}};
  return line.dump();
}

}  // namespace demo
