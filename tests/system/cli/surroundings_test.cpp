// patchbay start under limits, signals, streams and terminals that are none of its own making.
#include <sys/stat.h>

#include <fstream>

#include "programs.hpp"

namespace patchbay::test {
namespace {

struct surroundings : ::testing::Test {
  /// `patchbay start` in a shell that did something before; to its end.
  [[nodiscard]] command_result start_under(const std::string& before, std::vector<std::string> more = {}) const {
    std::vector<std::string> arguments{"-c",
                                       before + R"(; exec "$0" "$@")",
                                       patchbay_program.string(),
                                       "start",
                                       sequence,
                                       "--data",
                                       data.path.string(),
                                       "--allow-unsigned"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run("/bin/sh", arguments);
  }
  /// Reads until this text came; false where the stream ends before, or nothing comes for long.
  static bool comes(const port::descriptor& from, std::string_view text) {
    std::string seen;
    for (char byte = 0; seen.find(text) == std::string::npos; seen += byte) {
      pollfd waiting{from.get(), POLLIN, 0};
      if (::poll(&waiting, 1, static_cast<int>(std::chrono::milliseconds(patience).count())) <= 0) return false;
      if (::read(from.get(), &byte, 1) != 1) return false;
    }
    return true;
  }

  scratch data;
  operator_at op{data.path};
  std::string sequence = (releases / "sequence-1.0.0").string();
};

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
// A sanitizer maps memory of its own beyond any limit.
TEST_F(surroundings, a_start_without_room_for_its_threads_ends_in_words) {
  // Room for the program, and for a few of the stacks.
  const auto refused = start_under("ulimit -s 8192; ulimit -v 400000", {"--workers", "200"});
  EXPECT_EQ(refused.code, 1) << refused.errors;
  EXPECT_NE(refused.errors.find("system_limit"), std::string::npos) << refused.errors;
  EXPECT_NE(refused.errors.find("ulimit -v"), std::string::npos) << refused.errors;
  EXPECT_EQ(refused.output, "");
  running_host host(data.path, {sequence});
  EXPECT_EQ(op.ask({"call", "sequence", "next_number"}), 100);
}
#endif

TEST_F(surroundings, outlives_the_readers_of_its_log_and_output) {
  auto host =
      port::child::spawn(patchbay_program, {"start", sequence, "--data", data.path.string(), "--allow-unsigned"});
  ASSERT_TRUE(host.ok());
  ASSERT_TRUE(comes(host->output, "ready"));
  host->output.reset();
  host->errors.reset();
  EXPECT_EQ(op.relup_ask({"unpack", (releases / "sequence-2.0.0").string()})["id"], "sequence-2.0.0");
  EXPECT_EQ(op.relup_ask({"install", "2.0.0"})["to"], "sequence-2.0.0") << "which is logged";
  EXPECT_EQ(op.ask({"status"})["release"], "sequence-2.0.0");
  ::kill(host->pid(), SIGTERM);
  const auto ended = host->wait(patience);
  EXPECT_TRUE(ended.clean()) << ended.words();
}

TEST_F(surroundings, a_file_that_may_not_grow_is_a_failed_write) {
  running_host host(data.path, {sequence});
  host.signal(SIGXFSZ);
  host.signal(SIGPIPE);
  EXPECT_EQ(op.ask({"call", "sequence", "next_number"}), 100);
  EXPECT_TRUE(host.end(SIGTERM).clean());
}

TEST_F(surroundings, a_log_file_that_would_harm_is_refused_by_the_start_and_by_check_config) {
  ASSERT_EQ(::mkfifo((data.path / "fifo").c_str(), 0600), 0);
  for (const std::string file : {"fifo", "ledger.sqlite", "."}) {
    std::ofstream(data.path / "patchbay.toml", std::ios::trunc) << "[log]\nfile = \"" << file << "\"\n";
    for (const auto& more : {std::vector<std::string>{}, {"--check-config"}}) {
      const auto refused = start_under(":", more);
      EXPECT_EQ(refused.code, 1) << file;
      EXPECT_NE(refused.errors.find("bad_value: [log] file = \"" + file + "\""), std::string::npos) << refused.errors;
    }
  }
}

TEST_F(surroundings, an_env_that_is_no_utf8_is_a_bad_argument) {
  for (const std::string env : {"sequence.\xff=1", "\xc3.start_at=1", "sequence.start_at=\"\xff\""}) {
    const auto refused = start_under(":", {"--env", env});
    EXPECT_EQ(refused.code, 2) << refused.errors;
    EXPECT_NE(refused.errors.find("badarg: --env"), std::string::npos) << refused.errors;
    EXPECT_NE(refused.errors.find("UTF-8"), std::string::npos) << refused.errors;
  }
}

TEST_F(surroundings, a_terminal_that_is_closed_stops_it_in_order) {
  running_host host(data.path, {sequence});
  EXPECT_TRUE(host.end(SIGHUP).clean());
  EXPECT_NE(host.log().find("application sequence 1.0.0 stopped"), std::string::npos) << host.log();
  EXPECT_NE(host.printed().find("patchbay: stopped"), std::string::npos) << host.printed();
}

TEST_F(surroundings, under_nohup_a_terminal_that_is_closed_is_nothing_to_it) {
  running_host host(data.path, {sequence}, true, "trap '' HUP");
  host.signal(SIGHUP);
  EXPECT_EQ(op.ask({"call", "sequence", "next_number"}), 100);
  // Had it been taken, this would be the second signal.
  EXPECT_TRUE(host.end(SIGTERM).clean());
}

TEST_F(surroundings, a_directory_of_other_things_is_left_as_it_is) {
  std::ofstream(data.path / "file") << "x";
  ASSERT_EQ(::chmod(data.path.c_str(), 01777), 0);
  const auto refused = start_under(":");
  EXPECT_EQ(refused.code, 1);
  EXPECT_NE(refused.errors.find("not_a_data_directory: " + data.path.string()), std::string::npos) << refused.errors;
  EXPECT_EQ(std::distance(fs::directory_iterator(data.path), {}), 1);
  EXPECT_EQ(static_cast<unsigned>(fs::status(data.path).permissions()), 01777U);
}

TEST_F(surroundings, a_link_to_the_data_directory_serves_as_well) {
  const scratch links;
  fs::create_directory_symlink(data.path, links.path / "link");
  running_host host(links.path / "link", {sequence});
  EXPECT_EQ(op.ask({"call", "sequence", "next_number"}), 100);
  EXPECT_EQ(operator_at{links.path / "link"}.ask({"call", "sequence", "next_number"}), 101);
  EXPECT_TRUE(host.end(SIGTERM).clean());
}

TEST_F(surroundings, closed_streams_are_no_place_for_its_files) {
  auto host = port::child::spawn("/bin/sh", {"-c", R"(exec 0<&- 1>&-; exec "$0" "$@")", patchbay_program.string(),
                                             "start", sequence, "--data", data.path.string(), "--allow-unsigned"});
  ASSERT_TRUE(host.ok());
  const pid_t pid = host->pid();
  ASSERT_TRUE(comes(host->errors, "serves on"));
  // It prints that it is ready, and that it has stopped, and neither over its lock.
  EXPECT_EQ(op.ask({"status"})["pid"], pid);
  ::kill(pid, SIGTERM);
  EXPECT_TRUE(host->wait(patience).clean());
  std::ifstream lock(data.path / "lock");
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(lock), {}), std::to_string(pid) + "\n");
}

}  // namespace
}  // namespace patchbay::test
