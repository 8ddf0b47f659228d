#include "faults/faults.hpp"

#include <algorithm>
#include <cstring>

namespace patchbay::test {
namespace {

using clock = std::chrono::steady_clock;
using std::chrono::microseconds;

const std::vector<std::string> phases{"plan",   "record", "load",   "canary", "pre-copy",
                                      "freeze", "thaw",   "finish", "purge"};

/// Reads until a line begins with this word, or nothing comes any more.
void read_until(int fd, const std::string& word) {
  std::string line;
  for (char byte = 0;;) {
    pollfd waiting{fd, POLLIN, 0};
    if (::poll(&waiting, 1, static_cast<int>(std::chrono::milliseconds(patience).count())) <= 0) return;
    if (::read(fd, &byte, 1) != 1) return;
    if (byte == '\n') {
      if (line.starts_with(word)) return;
      line.clear();
    } else {
      line += byte;
    }
  }
}

int number_of(const std::string& signal) {
  if (signal == "SIGSEGV") return SIGSEGV;
  if (signal == "SIGABRT") return SIGABRT;
  return SIGKILL;
}

}  // namespace

std::string fault::row() const {
  switch (how) {
    case kind::bad_code_change:
      return "code_change: " + what + ", in " + operation;
    case kind::relup_killed:
      return "relup killed in " + operation;
    case kind::canary_killed:
      return "canary killed in " + operation;
    case kind::host_killed:
      return "host ended by " + what + " in " + operation;
  }
  return {};
}

std::string fault::words() const {
  const std::string when = phase.empty() ? "after " + std::to_string(delay.count()) + " us" : "at " + phase;
  return row() + (how == kind::bad_code_change ? ", of " + server : ", " + when);
}

std::vector<fault> all_faults(std::uint64_t seed) {
  using kind = fault::kind;
  std::vector<fault> all;
  for (const char* operation : {"install", "back"}) {
    for (const char* what :
         {"throw", "crash", "abort", "exit", "eat", "hang", "forget", "throw_in_host", "hang_in_host"}) {
      for (const char* server : {"first", "second", "third"})
        all.push_back({kind::bad_code_change, operation, what, server, {}});
    }
    for (const std::string& phase : phases) {
      all.push_back({kind::relup_killed, operation, {}, {}, phase});
      for (const char* what : {"SIGKILL", "SIGSEGV", "SIGABRT"})
        all.push_back({kind::host_killed, operation, what, {}, phase});
    }
  }
  std::mt19937_64 random(seed);
  const auto within = [&](std::int64_t most) {
    return microseconds(std::uniform_int_distribution<std::int64_t>(0, most)(random));
  };
  for (int i = 0; i < 45; ++i) {
    for (const char* operation : {"install", "back"}) {
      all.push_back({kind::canary_killed, operation, {}, {}, {}, within(20'000)});
      all.push_back({kind::relup_killed, operation, {}, {}, {}, within(150'000)});
      all.push_back({kind::host_killed, operation, "SIGKILL", {}, {}, within(150'000)});
    }
    for (const char* operation : {"unpack", "permanent", "remove"}) {
      all.push_back({kind::host_killed, operation, "SIGKILL", {}, {}, within(20'000)});
    }
  }
  std::shuffle(all.begin(), all.end(), random);
  return all;
}

fault_bench::fault_bench() {
  host_.emplace(data_.path, std::vector<std::string>{(releases / "unruly-1.0.0").string()});
  static_cast<void>(op_.relup_ask({"unpack", (releases / "unruly-2.0.0").string()}));
}

void fault_bench::start() {
  host_.emplace(data_.path, std::vector<std::string>{});
  ASSERT_NE(host_->ready_line().find("ready: unruly-"), std::string::npos)
      << host_->ready_line() << ": a host that was ended boots by itself";
  asked_.clear();  // what only memory held is gone
  booted_ = true;
}

void fault_bench::arm(const std::string& server, const std::string& with) const {
  static_cast<void>(op_.ask({"call", server, "arm", json{{"with", with}}.dump()}));
}

void fault_bench::ask_each() {
  for (const char* each : servers) EXPECT_EQ(op_.ask({"call", each, "ask"}), ++asked_[each]) << each;
}

void fault_bench::go_to(const std::string& vsn) {
  if (serving() == "unruly-" + vsn) return;
  const json report = op_.relup_ask({"install", vsn});
  ASSERT_TRUE(report.is_object());
  EXPECT_EQ(report["servers_migrated"], 4) << report;
  EXPECT_EQ(report["servers_rehearsed"], 4) << report;
}

void fault_bench::prepare(const fault& which) {
  for (const char* each : servers) arm(each, "nothing");
  if (op_.status_of("unruly-2.0.0") == "unknown")
    static_cast<void>(op_.relup_ask({"unpack", (releases / "unruly-2.0.0").string()}));
  const bool older = which.operation == "install" || which.operation == "remove" || which.operation == "unpack";
  go_to(older ? "1.0.0" : "2.0.0");
  if (op_.status_of("unruly-1.0.0") != "permanent" && serving() == "unruly-1.0.0") {
    static_cast<void>(op_.relup_ask({"permanent"}));
  }
  if (which.operation == "unpack") static_cast<void>(op_.relup_ask({"remove", "2.0.0"}));
  ask_each();
}

std::vector<std::string> fault_bench::arguments(const fault& which) const {
  if (which.operation == "install" || which.operation == "back") {
    return {"install", which.operation == "install" ? "2.0.0" : "1.0.0", "--code-change-timeout",
            which.what.starts_with("hang") ? "200ms" : "20s"};
  }
  if (which.operation == "unpack") return {"unpack", (releases / "unruly-2.0.0").string()};
  if (which.operation == "remove") return {"remove", "2.0.0"};
  return {which.operation};
}

void fault_bench::bad_code_change(const fault& which) {
  arm(which.server, which.what);
  const std::string before = serving();
  const json refused = op_.refusal(arguments(which), relup_program);
  EXPECT_TRUE(refused["code"] == "code_change_failed" || refused["code"] == "code_change_timeout" ||
              refused["code"] == "canary_crashed" || refused["code"] == "not_reversible")
      << refused;
  EXPECT_NE(refused["text"].get<std::string>().find(which.server), std::string::npos) << refused;
  EXPECT_EQ(serving(), before);
  arm(which.server, "nothing");
}

void fault_bench::kill_at(const fault& which) {
  std::vector<std::string> command = arguments(which);
  command.insert(command.end(), {"--data", data_.path.string()});
  auto running = port::child::spawn(relup_program, command);
  ASSERT_TRUE(running.ok());
  if (!which.phase.empty()) {
    read_until(running->output.get(), which.phase);
  } else if (which.how == fault::kind::canary_killed) {
    // It lives for some milliseconds, once both libraries have been looked at.
    const auto until = clock::now() + std::chrono::seconds(5);
    while (child_named(host_->pid(), "patchbay-canary") == 0 && clock::now() < until) {
      if (::waitpid(running->pid(), nullptr, WNOHANG | WNOWAIT) != 0) break;
    }
    std::this_thread::sleep_for(which.delay / 100);
  } else {
    std::this_thread::sleep_for(which.delay);  // the moment is the fault
  }
  if (which.how == fault::kind::relup_killed) {
    running->kill();
  } else if (which.how == fault::kind::canary_killed) {
    if (const pid_t canary = child_named(host_->pid(), "patchbay-canary"); canary != 0) ::kill(canary, SIGKILL);
  } else {
    host_->end(number_of(which.what));
    host_.reset();
  }
  running->wait(patience);
  if (host_) return wait_until_idle();
  start();
}

void fault_bench::wait_until_idle() {
  // A host goes on with what a relup asked for that is gone.
  for (const auto until = clock::now() + patience; clock::now() < until;) {
    const auto tried = op_.relup({"purge", "--json"});
    if (tried.code == 0) return;
    EXPECT_EQ(tried.answer()["error"]["code"], "busy") << tried.output;
  }
}

void fault_bench::judge() {
  const std::string release = serving();
  ASSERT_TRUE(release == "unruly-1.0.0" || release == "unruly-2.0.0") << release;
  const std::string version = release.substr(release.find('-') + 1);
  std::size_t seen = 0;
  for (const json& each : op_.ask({"ps"})) {
    if (each["application"] != "unruly") continue;
    ++seen;
    EXPECT_EQ(each["version"], version) << each << ": all are of one version";
  }
  EXPECT_EQ(seen, 4U);
  for (const char* each : servers) {
    const json state = op_.ask({"state", each})["state"];
    EXPECT_EQ(state["asked"], asked_[each]) << each << ": nothing that it was asked is lost or doubled";
    EXPECT_EQ(state["armed"], "nothing");
  }
  ask_each();
}

void fault_bench::repeat(const fault& which) {
  const std::string& operation = which.operation;
  if (operation == "install" || operation == "back") {
    const char* const to = operation == "install" ? "2.0.0" : "1.0.0";
    if (booted_) go_to(operation == "install" ? "1.0.0" : "2.0.0");
    go_to(to);
  } else if (operation == "unpack") {
    static_cast<void>(op_.relup_ask({"unpack", (releases / "unruly-2.0.0").string()}));
    EXPECT_EQ(op_.status_of("unruly-2.0.0"), "unpacked");
  } else if (operation == "remove") {
    if (op_.status_of("unruly-2.0.0") != "unknown") static_cast<void>(op_.relup_ask({"remove", "2.0.0"}));
    EXPECT_EQ(op_.status_of("unruly-2.0.0"), "unknown");
  } else {
    static_cast<void>(op_.relup_ask({"permanent"}));
    EXPECT_EQ(op_.status_of(serving()), "permanent");
  }
  ask_each();
}

std::string fault_bench::run(const fault& which) {
  booted_ = false;
  prepare(which);
  const std::string before = serving();
  if (which.how == fault::kind::bad_code_change) {
    bad_code_change(which);
  } else {
    kill_at(which);
  }
  if (::testing::Test::HasFatalFailure()) return "?";
  std::string outcome = booted_ ? "booted anew" : serving() == before ? "refused" : "done";
  judge();
  repeat(which);
  if (which.what == "hang_in_host") {
    // The thread that hangs keeps its library until the host ends: a fresh one for whoever is next.
    host_->end(SIGTERM);
    host_.reset();
    start();
  }
  return outcome;
}

}  // namespace patchbay::test
