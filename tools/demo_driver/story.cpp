#include "story.hpp"

#include <cstdio>
#include <limits>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include "clients.hpp"
#include "load/answers.hpp"

namespace demo {
namespace {

using clock = std::chrono::steady_clock;
constexpr std::chrono::seconds patience{10};

std::int64_t now_us() {
  return std::chrono::duration_cast<std::chrono::microseconds>(clock::now().time_since_epoch()).count();
}

/// The story goes on only while this is not thrown; what was seen until then is judged and told.
struct cut_short {
  std::string why;
};

template <class T>
T must(outcome<T> result) {
  if (!result) throw cut_short{result.failure().code + ": " + result.failure().text};
  return std::move(result).value();
}

class teller {
 public:
  explicit teller(const story_options& options)
      : options_(options), out_(options.quiet ? stderr : stdout), began_(clock::now()) {}

  ending run() {
    try {
      open();
      under_load();
      crash();
      close();
    } catch (const cut_short& cut) {
      problem(cut.why);
    } catch (const json::exception& wrong) {
      problem(std::string("a program answered in another form than host/node/control.md says: ") + wrong.what());
    }
    return std::move(end_);
  }

 private:
  template <class... A>
  void say(fmt::format_string<A...> text, A&&... a) {
    const auto at = std::chrono::duration<double>(clock::now() - began_).count();
    fmt::print(out_, "{:6.2f} s  {}\n", at, fmt::format(text, std::forward<A>(a)...));
    std::fflush(out_);
  }
  void problem(std::string text) {
    say("PROBLEM: {}", text);
    end_.problems.push_back(std::move(text));
  }

  command_result patchbay(std::vector<std::string> arguments) {
    return must(run_command(options_.where, options_.where.patchbay, std::move(arguments)));
  }
  command_result relup(std::vector<std::string> arguments) {
    return must(run_command(options_.where, options_.where.relup, std::move(arguments)));
  }
  command_result relup_ok(std::vector<std::string> arguments) {
    const auto what = "relup " + fmt::format("{}", fmt::join(arguments, " "));
    auto result = relup(std::move(arguments));
    if (!result.ok) throw cut_short{what + " failed: " + result.error_code + ": " + result.error_text};
    return result;
  }
  std::int64_t next_number() {
    const auto result = patchbay({"call", "sequence", "next_number"});
    if (!result.ok)
      throw cut_short{"patchbay call sequence next_number failed: " + result.error_code + ": " + result.error_text};
    if (!result.answer.is_number_integer()) throw cut_short{"next_number answered " + result.answer.dump()};
    const auto number = result.answer.get<std::int64_t>();
    operator_.record(number, now_us());
    operator_.pause();
    return number;
  }
  /// An act of the story: the clients call and nothing else happens.
  void let_run(const std::string& what) {
    const auto time = std::chrono::milliseconds(options_.seconds * 1000 / 4);
    say("{:.1f} s under load: {}", std::chrono::duration<double>(time).count(), what);
    std::this_thread::sleep_for(time);
  }

  void open();
  void under_load();
  void install(const std::string& from, const std::string& to);
  void refuse();
  void judge_all();
  void crash();
  void close();

  story_options options_;
  std::FILE* out_;
  clock::time_point began_;
  ending end_;
  std::unique_ptr<host_process> host_;
  load::answers operator_;  ///< what this program was answered itself
  std::vector<load::answers> seen_;
};

void teller::open() {
  const auto from = clock::now();
  host_ = must(host_process::start(options_.where, options_.where.releases / "sequence-1.0.0", patience));
  say("host {} is up after {} ms: {}", host_->pid(),
      std::chrono::duration_cast<std::chrono::milliseconds>(clock::now() - from).count(), host_->ready_line());
  end_.first = next_number();
  say("patchbay call sequence next_number: {}", end_.first);
}

void teller::under_load() {
  auto sockets = must(socket_clients::start(options_.where, options_.self, options_.socket_clients));
  auto inside = must(host_clients::start(options_.where, options_.host_clients));
  say("{} client processes on the socket and {} clients inside the host call next_number without pause",
      options_.socket_clients, options_.host_clients);
  let_run("sequence 1.0.0");
  install("1.0.0", "2.0.0");
  let_run("sequence 2.0.0, whose state has gained `delta`");
  relup_ok({"permanent"});
  say("relup permanent: 2.0.0 is what the next start boots");
  install("2.0.0", "1.0.0");
  let_run("sequence 1.0.0 again");
  refuse();
  let_run("sequence 1.0.0, as if nothing had been tried");

  auto outside = must(sockets.stop());
  auto within = must(inside.stop());
  for (const auto& each : outside) end_.socket_calls += each.calls;
  for (const auto& each : within) end_.host_calls += each.calls;
  seen_ = std::move(outside);
  for (auto& each : within) seen_.push_back(std::move(each));
  judge_all();
}

void teller::install(const std::string& from, const std::string& to) {
  const auto release = "sequence-" + to;
  if (to != "1.0.0") relup_ok({"unpack", (options_.where.releases / release).string()});
  relup_ok({"plan", release});
  swap_seen swap;
  swap.name = from + " -> " + to;
  swap.from_us = now_us();
  const auto report = relup_ok({"install", release}).answer;
  swap.to_us = now_us();
  swap.done = true;
  swap.servers_in_set = report.value("servers_in_set", std::int64_t{-1});
  swap.servers_migrated = report.value("servers_migrated", std::int64_t{-2});
  swap.pause_us = report.value("pause_us", std::int64_t{-1});
  swap.total_us = report.value("total_us", std::int64_t{-1});
  // The host's proof, and what the kernel says.
  const auto purged = report.value("purged", json::array());
  swap.unmapped = !purged.empty();
  for (const auto& each : purged)
    if (!each.value("unmapped", false)) {
      swap.unmapped = false;
      swap.holder += each.value("label", "") + " pinned by " + each.value("pinned_by", json::array()).dump() + " ";
    }
  const auto mapped = host_->mapped("sequence");
  if (mapped.size() != 1) {
    swap.unmapped = false;
    swap.holder += fmt::format("/proc/{}/maps has {}", host_->pid(), fmt::join(mapped, ", "));
  }
  if (swap.servers_in_set != swap.servers_migrated)
    problem(
        fmt::format("{}: {} servers in the set, {} migrated", swap.name, swap.servers_in_set, swap.servers_migrated));
  if (!swap.unmapped) problem(swap.name + ": the old library stayed mapped: " + swap.holder);
  say("relup install {}: {} of {} servers migrated, paused {} us, total {:.1f} ms, old library {}", release,
      swap.servers_migrated, swap.servers_in_set, swap.pause_us, static_cast<double>(swap.total_us) / 1000,
      swap.unmapped ? "unmapped" : "STILL MAPPED");
  end_.swaps.push_back(std::move(swap));
}

void teller::refuse() {
  const std::string release = "sequence-2.1.0";
  relup_ok({"unpack", (options_.where.releases / release).string()});
  const auto before = next_number();
  swap_seen swap;
  swap.name = "1.0.0 -> 2.1.0";
  swap.from_us = now_us();
  const auto tried = relup({"install", release});
  swap.to_us = now_us();
  swap.total_us = swap.to_us - swap.from_us;
  const auto after = next_number();
  end_.refusal = tried.error_code + ": " + tried.error_text;
  end_.swaps.push_back(std::move(swap));

  const auto releases = relup_ok({"which"}).answer;
  bool still = false;
  bool inside = false;
  for (const auto& each : releases) {
    still = still || (each.value("id", "") == "sequence-1.0.0" && each.value("status", "") == "current");
    inside = inside || (each.value("id", "") == release && each.value("status", "") != "unpacked");
  }
  const auto mapped = host_->mapped("sequence");
  if (tried.ok) problem("the bad release got in");
  if (!tried.ok && tried.error_code != "code_change_failed")
    problem("the bad release was refused for another reason: " + end_.refusal);
  if (!still || inside) problem("after the refusal the ledger says " + releases.dump());
  if (mapped.size() != 1) problem(fmt::format("after the refusal the host maps {}", fmt::join(mapped, ", ")));
  if (after <= before) problem(fmt::format("the number went from {} to {} over the refusal", before, after));
  end_.refused =
      !tried.ok && tried.error_code == "code_change_failed" && still && !inside && mapped.size() == 1 && after > before;
  say("relup install {} is refused, the number goes on ({} before, {} after):\n            {}", release, before, after,
      end_.refusal);
}

void teller::judge_all() {
  end_.end = next_number() + 1;
  auto all = seen_;
  all.push_back(operator_);
  end_.numbers = judge(all, end_.first, end_.end);
  const auto& n = end_.numbers;
  say("{} numbers were handed out, {} calls answered: {} lost, {} doubled", end_.end - end_.first, n.calls, n.lost,
      n.duplicated);
  if (n.lost != 0) problem(fmt::format("{} numbers were lost", n.lost));
  if (n.duplicated != 0) problem(fmt::format("{} numbers were doubled", n.duplicated));
  if (n.foreign != 0) problem(fmt::format("{} answers are numbers that were never handed out", n.foreign));
  if (n.disordered != 0) problem(fmt::format("{} answers came out of order", n.disordered));
  for (const auto& [text, count] : n.errors) problem(fmt::format("{} calls failed: {}", count, text));
  if (end_.socket_calls == 0 || end_.host_calls == 0) problem("some clients were never answered");
  auto from = std::numeric_limits<std::int64_t>::min();
  for (auto& swap : end_.swaps) {
    swap.client_gap_us = longest_gap(seen_, swap.from_us, swap.to_us);
    end_.gap_outside_us = std::max(end_.gap_outside_us, longest_gap_within(seen_, from, swap.from_us));
    from = swap.to_us;
  }
  end_.gap_outside_us =
      std::max(end_.gap_outside_us, longest_gap_within(seen_, from, std::numeric_limits<std::int64_t>::max()));
}

/// An increment that overflows throws before it changes anything; terminate hands the number to the stash, init fetches it.
void teller::crash() {
  const auto pid_of = [this] {
    for (const auto& each : patchbay({"ps"}).answer)
      if (each.value("name", json()) == "sequence") return each.value("pid", "");
    return std::string();
  };
  const auto before = pid_of();
  const auto cast = patchbay({"cast", "sequence", "increment_number",
                              fmt::format(R"({{"delta":{}}})", std::numeric_limits<std::int64_t>::max())});
  if (!cast.ok) throw cut_short{"the cast that crashes the server failed: " + cast.error_text};
  // Until the supervisor has started it again the name is unknown; a call may also end with the server.
  const auto until = clock::now() + patience;
  auto number = patchbay({"call", "sequence", "next_number"});
  while (!number.ok && clock::now() < until) number = patchbay({"call", "sequence", "next_number"});
  const auto after = pid_of();
  end_.restarted = number.ok && number.answer == end_.end && !before.empty() && before != after;
  if (!end_.restarted)
    problem(fmt::format("after the crash the sequence answered {} instead of {}, pid {} before and {} after",
                        number.ok ? number.answer.dump() : number.error_text, end_.end, before, after));
  else
    say("crashed the sequence by an overflow: it was {}, its supervisor started {}, which goes on with {}", before,
        after, number.answer.dump());
}

void teller::close() {
  const auto stop = patchbay({"stop"});
  if (!stop.ok) problem("patchbay stop failed: " + stop.error_text);
  const auto end = host_->wait(patience);
  if (!end.clean()) problem("the host " + end.words());
  say("patchbay stop: the host {}", end.words());
}

}  // namespace

ending tell(const story_options& options) { return teller(options).run(); }

}  // namespace demo
