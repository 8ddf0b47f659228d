// Data directories that cannot be used: a full disk, a noexec mount, another host's.
#include <sys/statvfs.h>

#include <fstream>

#include "held.hpp"
#include "mount.hpp"
#include "refusals.hpp"

namespace patchbay::test {
namespace {

struct bad_directories : refusals {
  [[nodiscard]] command_result try_start(std::vector<std::string> more) const {
    std::vector<std::string> arguments{"start", (releases / "sequence-1.0.0").string(), "--data", op.data.string()};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run(patchbay_program, arguments);
  }
  /// All that is free, to the last page.
  void fill_disk() const {
    std::ofstream filler(data.path / "filler", std::ios::binary);
    const std::string block(1 << 16, 'x');
    while (filler.write(block.data(), static_cast<std::streamsize>(block.size())).flush()) {
    }
    struct statvfs seen {};
    ASSERT_EQ(::statvfs(data.path.c_str(), &seen), 0);
    ASSERT_EQ(seen.f_bfree, 0U);
  }
};

TEST_F(bad_directories, a_full_disk_when_installing_is_written) {
  const private_tmpfs disk(data.path, 0, "size=512m");
  if (!disk) GTEST_SKIP() << disk.why_not();
  start_counting();
  static_cast<void>(op.relup_ask({"unpack", (releases / "sequence-2.0.0").string()}));
  fill_disk();
  const auto refused = op.refusal({"install", "2.0.0"}, relup_program);
  says(refused, "disk_full", {(data.path / "ledger.sqlite").string()});
  EXPECT_EQ(op.status_of("sequence-2.0.0"), "unpacked");
  serves_as_before();
  fs::remove(data.path / "filler");
  upgrades();
  host->end(SIGTERM);
}

TEST_F(bad_directories, a_full_disk_after_the_switch_is_told_and_made_good) {
  const private_tmpfs disk(data.path, 0, "size=512m");
  if (!disk) GTEST_SKIP() << disk.why_not();
  start({(releases / "unruly-1.0.0").string()});
  static_cast<void>(op.relup_ask({"unpack", (releases / "unruly-2.0.0").string()}));
  held_server held(op, "first");
  auto install = begin_relup(op, {"install", "2.0.0", "--suspend-timeout", "10m", "--json"});
  ASSERT_TRUE(install.says_on_errors("pre-copy")) << "`installing` is recorded, nothing is switched";
  fill_disk();
  held.let_go();
  const auto done = install.wait();
  ASSERT_EQ(done.code, 0) << done.output << done.errors;
  EXPECT_EQ(done.answer()["recorded"], false);
  EXPECT_EQ(done.answer()["servers_in_set"], done.answer()["servers_migrated"]);
  EXPECT_EQ(op.ask({"status"})["release"], "unruly-2.0.0");
  EXPECT_EQ(op.ask({"status"})["unrecorded"], true);
  EXPECT_EQ(op.status_of("unruly-2.0.0"), "unrecorded");
  EXPECT_NE(op.relup({"which"}).output.find("unrecorded"), std::string::npos);
  says(op.refusal({"permanent"}, relup_program), "disk_full", {"make room"});
  EXPECT_EQ(op.ask({"call", "second", "ask"}), 1) << "it serves all the same";

  fs::remove(data.path / "filler");
  EXPECT_EQ(op.relup_ask({"permanent"})["id"], "unruly-2.0.0");
  EXPECT_EQ(op.ask({"status"})["unrecorded"], false);
  EXPECT_EQ(op.status_of("unruly-2.0.0"), "permanent");
  EXPECT_EQ(op.relup_ask({"rollback"})["recorded"], true);
  EXPECT_EQ(op.ask({"call", "second", "ask"}), 2);
  host->end(SIGTERM);
  EXPECT_NE(host->log().find("the end of an install is unrecorded"), std::string::npos) << host->log();
}

TEST_F(bad_directories, a_host_that_is_killed_while_it_cannot_record_boots_the_permanent_release) {
  const private_tmpfs disk(data.path, 0, "size=512m");
  if (!disk) GTEST_SKIP() << disk.why_not();
  start({(releases / "unruly-1.0.0").string()});
  static_cast<void>(op.relup_ask({"unpack", (releases / "unruly-2.0.0").string()}));
  {
    held_server held(op, "first");
    auto install = begin_relup(op, {"install", "2.0.0", "--suspend-timeout", "10m", "--json"});
    ASSERT_TRUE(install.says_on_errors("pre-copy"));
    fill_disk();
    held.let_go();
    EXPECT_EQ(install.wait().answer()["recorded"], false);
  }
  host->end(SIGKILL);
  fs::remove(data.path / "filler");
  start({});
  EXPECT_NE(host->ready_line().find("ready: unruly-1.0.0"), std::string::npos) << host->ready_line();
  EXPECT_EQ(op.status_of("unruly-2.0.0"), "unpacked");
  host->end(SIGTERM);
}

TEST_F(bad_directories, on_a_read_only_mount_the_releases_are_read_all_the_same) {
  const private_tmpfs disk(data.path, 0, "size=512m");
  if (!disk) GTEST_SKIP() << disk.why_not();
  start_counting();
  static_cast<void>(op.relup_ask({"unpack", (releases / "sequence-2.0.0").string()}));
  host->end(SIGTERM);
  ASSERT_TRUE(disk.remount(MS_RDONLY, "size=512m"));
  EXPECT_EQ(op.status_of("sequence-1.0.0"), "permanent");
  EXPECT_EQ(op.status_of("sequence-2.0.0"), "unpacked");
  EXPECT_NE(op.relup_ask({"plan", "2.0.0"})["text"].get<std::string>().find("+delta"), std::string::npos);

  // What a killed host left beside the ledger cannot be read there, and that is said.
  ASSERT_TRUE(disk.remount(0, "size=512m"));
  start({});
  static_cast<void>(op.relup_ask({"remove", "2.0.0"}));
  host->end(SIGKILL);
  fs::remove(data.path / "ledger.sqlite-shm");
  ASSERT_TRUE(disk.remount(MS_RDONLY, "size=512m"));
  says(op.refusal({"which"}, relup_program), "read_only", {"ledger.sqlite-wal", "copy the directory", "--data"});
}

TEST_F(bad_directories, on_a_noexec_mount) {
  const private_tmpfs disk(data.path, MS_NOEXEC, "size=512m");
  if (!disk) GTEST_SKIP() << disk.why_not();
  const auto refused = try_start({"--allow-unsigned"});
  EXPECT_EQ(refused.code, 1);
  EXPECT_EQ(refused.output, "");
  for (const auto& part : {std::string("noexec"), data.path.string(), std::string("choose a data directory")})
    EXPECT_NE(refused.errors.find(part), std::string::npos) << part << " in " << refused.errors;

  ASSERT_TRUE(disk.remount(0, "size=512m"));
  start_counting();
  upgrades();
  host->end(SIGTERM);
}

TEST_F(bad_directories, of_another_host_or_without_a_word_on_signatures) {
  auto refused = try_start({});
  EXPECT_EQ(refused.code, 1);
  EXPECT_NE(refused.errors.find("--allow-unsigned"), std::string::npos) << refused.errors;

  start_counting();
  refused = try_start({"--allow-unsigned"});
  EXPECT_EQ(refused.code, 1);
  EXPECT_EQ(refused.output, "");
  for (const auto& part : {std::to_string(host->pid()), data.path.string()})
    EXPECT_NE(refused.errors.find(part), std::string::npos) << part << " in " << refused.errors;
  serves_as_before();
  upgrades();
}

}  // namespace
}  // namespace patchbay::test
