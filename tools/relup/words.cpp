#include "words.hpp"

#include <cstdint>
#include <cstdio>
#include <vector>

#include "node/control/command_line.hpp"

namespace relup {
namespace {

using patchbay::node::plain;

std::string joined(const json& texts) {
  std::string line;
  for (const auto& text : texts) line += (line.empty() ? "" : ", ") + plain(text);
  return line;
}

std::string milliseconds(const json& microseconds) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3f ms", static_cast<double>(microseconds.get<std::int64_t>()) / 1000);
  return text;
}

std::string purge_in_words(const json& report) {
  std::string text = plain(report.at("label"));
  if (report.at("unmapped").get<bool>()) return text + " unmapped (" + joined(report.at("proof")) + ")\n";
  return text + " still mapped, held by: " + joined(report.at("pinned_by")) + "\n";
}

std::string rehearsed_in_words(const json& found) {
  std::string text = "rehearsed " + plain(found.at("states")) + " states there and back in " +
                     milliseconds(found.at("took_us")) + "; the new ones take " +
                     plain(found.at("new_state_bytes").get<std::uint64_t>() / 1024) + " KiB\n";
  if (const auto missed = found.at("missed").get<std::uint64_t>(); missed != 0) {
    text += std::to_string(missed) + " servers were never found between two messages: install will see theirs\n";
  }
  if (const auto opaque = found.at("uncompared").get<std::uint64_t>(); opaque != 0) {
    text += std::to_string(opaque) + " came back as other bytes, which only the plugin's own code can compare\n";
  }
  return text;
}

}  // namespace

std::string which_in_words(const json& releases) {
  std::vector<std::vector<std::string>> rows{{"RELEASE", "STATUS"}};
  for (const auto& release : releases) rows.push_back({plain(release.at("id")), plain(release.at("status"))});
  return patchbay::node::table(rows);
}

std::string unpacked_in_words(const json& result) {
  return plain(result.at("id")) + (result.at("already").get<bool>() ? " was unpacked already" : " unpacked");
}

std::string check_in_words(const json& result) {
  std::string text = plain(result.at("text"));
  if (!text.empty() && text.back() != '\n') text += '\n';
  const json& loaded = result.at("loaded");
  text += loaded.empty() ? "no library to load: no application changes\n"
                         : "loaded beside the running release: " + joined(loaded) + "\n";
  if (!loaded.empty()) text += rehearsed_in_words(result.at("rehearsed"));
  for (const auto& report : result.at("unloaded")) text += purge_in_words(report);
  return text;
}

std::string report_in_words(const json& report) {
  std::vector<std::vector<std::string>> rows;
  const auto row = [&](const char* name, std::string value) { rows.push_back({name, std::move(value)}); };
  row("release", plain(report.at("from")) + " -> " + plain(report.at("to")));
  row("servers", plain(report.at("servers_in_set")) + " in the set, " + plain(report.at("servers_migrated")) +
                     " migrated (" + plain(report.at("code_changes")) + " by code_change, " +
                     plain(report.at("through_bytes")) + " through bytes; " + plain(report.at("servers_frozen")) +
                     " of these in the pause), " + plain(report.at("servers_rehearsed")) + " rehearsed before");
  row("pause", milliseconds(report.at("pause_us")) + " (freeze " + milliseconds(report.at("freeze_us")) + ", migrate " +
                   milliseconds(report.at("migrate_us")) + ", switch " + milliseconds(report.at("switch_us")) +
                   "; windows " + plain(report.at("windows")) + ")");
  row("total", milliseconds(report.at("total_us")));
  row("recorded", report.at("recorded").get<bool>()
                      ? "current; `relup permanent` makes it what the next start boots"
                      : "NO: the ledger could not be written; this release serves until the host ends");
  std::string text = patchbay::node::table(rows);
  for (const auto& purge : report.at("purged")) text += "purge     " + purge_in_words(purge);
  return text;
}

std::string removed_in_words(const json& result) {
  const auto copies = result.at("kept_copies").get<std::uint64_t>();
  return plain(result.at("id")) + " removed" +
         (copies == 0 ? ""
                      : ", and " + std::to_string(copies) + (copies == 1 ? " kept copy" : " kept copies") +
                            " of its libraries") +
         "; `patchbay start` takes its directory no more: leave RELEASE_DIR out";
}

std::string permanent_in_words(const json& result) {
  return plain(result.at("id")) + " is permanent: the next start boots it";
}

std::string purges_in_words(const json& reports) {
  std::string text;
  for (const auto& report : reports) text += purge_in_words(report);
  return text.empty() ? "nothing to purge: every generation serves" : text;
}

}  // namespace relup
