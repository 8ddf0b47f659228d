// Data directories that cannot be used: a full disk, a noexec mount, another host's.
#include <sys/statvfs.h>

#include <fstream>

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
};

TEST_F(bad_directories, a_full_disk_when_installing_is_written) {
  const private_tmpfs disk(data.path, 0, "size=512m");
  if (!disk) GTEST_SKIP() << disk.why_not();
  start_counting();
  static_cast<void>(op.relup_ask({"unpack", (releases / "sequence-2.0.0").string()}));
  {
    // All that is free, to the last page.
    std::ofstream filler(data.path / "filler", std::ios::binary);
    const std::string block(1 << 16, 'x');
    while (filler.write(block.data(), static_cast<std::streamsize>(block.size())).flush()) {
    }
    struct statvfs seen {};
    ASSERT_EQ(::statvfs(data.path.c_str(), &seen), 0);
    ASSERT_EQ(seen.f_bfree, 0U);
  }
  const auto refused = op.refusal({"install", "2.0.0"}, relup_program);
  says(refused, "disk_full", {(data.path / "ledger.sqlite").string()});
  EXPECT_EQ(op.status_of("sequence-2.0.0"), "unpacked");
  serves_as_before();
  fs::remove(data.path / "filler");
  upgrades();
  host->end(SIGTERM);
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
