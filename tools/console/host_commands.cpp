// The host as a whole, and `top`.
#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <map>
#include <thread>

#include "commands.hpp"
#include "node/control/command_line.hpp"
#include "node/control/in_words.hpp"

namespace console {
namespace {

using patchbay::error;
using patchbay::node::plain;
using patchbay::node::table;

std::string which_in_words(const json& releases) {
  std::vector<std::vector<std::string>> rows{{"RELEASE", "STATUS"}};
  for (const auto& each : releases) rows.push_back({plain(each.at("id")), plain(each.at("status"))});
  return table(rows);
}

std::string applications_in_words(const json& applications) {
  std::vector<std::vector<std::string>> rows{{"APPLICATION", "VERSION", "TYPE", "STARTED", "DESCRIPTION"}};
  for (const auto& each : applications) {
    rows.push_back({plain(each.at("name")), plain(each.at("vsn")), plain(each.at("type")), plain(each.at("started")),
                    plain(each.at("description"))});
  }
  return table(rows);
}

std::string generations_in_words(const json& generations) {
  std::vector<std::vector<std::string>> rows{{"GENERATION", "STATUS", "RESIDENTS", "BUILD-ID"}};
  for (const auto& each : generations) {
    rows.push_back(
        {plain(each.at("label")), plain(each.at("status")), plain(each.at("residents")), plain(each.at("build_id"))});
  }
  return table(rows);
}

constexpr std::size_t top_rows = 20;

/// Who handled most between two looks.
std::string busiest(const json& before, const json& now, double seconds) {
  std::map<std::string, std::uint64_t> handled;
  for (const auto& each : before) handled[plain(each.at("pid"))] = each.at("handled").get<std::uint64_t>();
  struct row {
    const json* process;
    std::uint64_t count;
  };
  std::vector<row> all;
  for (const auto& each : now) {
    const auto old = handled.find(plain(each.at("pid")));
    all.push_back({&each, each.at("handled").get<std::uint64_t>() - (old == handled.end() ? 0 : old->second)});
  }
  std::stable_sort(all.begin(), all.end(), [](const row& a, const row& b) { return a.count > b.count; });
  all.resize(std::min(all.size(), top_rows));
  std::vector<std::vector<std::string>> rows{{"PID", "NAME", "MODULE", "QUEUED", "HANDLED/S"}};
  for (const row& each : all) {
    rows.push_back({plain(each.process->at("pid")), plain(each.process->at("name")), plain(each.process->at("module")),
                    plain(each.process->at("queued")),
                    std::to_string(static_cast<std::uint64_t>(static_cast<double>(each.count) / seconds))});
  }
  return table(rows);
}

/// `top [ROUNDS]`: a look each second, one where nothing is said.
outcome<shown> top(session& host, const words& given) {
  unsigned rounds = 1;
  if (!given.empty()) {
    const auto [end, failed] = std::from_chars(given[0].data(), given[0].data() + given[0].size(), rounds);
    if (failed != std::errc() || *end != '\0' || rounds == 0 || rounds > 3600) {
      return error{"bad_line", "`" + given[0] + "`: how many looks, one a second, 1 to 3600"};
    }
  }
  auto before = host.ask("ps");
  if (!before) return before.failure();
  auto since = std::chrono::steady_clock::now();
  for (;;) {
    std::this_thread::sleep_for(std::chrono::seconds(1));  // what is shown is what happened in between
    auto now = host.ask("ps");
    if (!now) return now.failure();
    const auto seen = std::chrono::steady_clock::now();
    std::string text = busiest(*before, *now, std::chrono::duration<double>(seen - since).count());
    if (--rounds == 0) return shown{std::move(text), std::move(*now)};
    if (!host.how().as_json) std::printf("%s%s\n", host.how().terminal ? "\033[H\033[2J" : "", text.c_str());
    std::fflush(stdout);
    before = std::move(now);
    since = seen;
  }
}

}  // namespace

void add_host_commands(std::vector<command>& to) {
  const auto ask = [](const char* op, std::string (*in_words)(const json&)) {
    return [op, in_words](session& host, const words&) { return show(host, op, json::object(), in_words); };
  };
  to.push_back({"status",
                "",
                "the host, its release, what it is doing",
                0,
                0,
                {},
                ask("status", patchbay::node::status_in_words)});
  to.push_back({"which", "", "the releases and their status", 0, 0, {}, ask("which", which_in_words)});
  to.push_back(
      {"applications", "", "the applications that run", 0, 0, {}, ask("which_applications", applications_in_words)});
  to.push_back({"generations",
                "",
                "the loaded plugins and how many processes run each",
                0,
                0,
                {},
                ask("generations", generations_in_words)});
  to.push_back({"top", "[SECONDS]", "who handles most, each second", 0, 1, {}, top});
}

}  // namespace console
