// A host that is killed, at once and at the worst time, boots the permanent release.
#include "refusals.hpp"

namespace patchbay::test {
namespace {

using killed_hosts = refusals;

/// Reads what comes until it holds this text; false where it ends before, or nothing comes for long.
bool prints(int fd, std::string_view text) {
  std::string seen;
  for (char byte = 0; seen.find(text) == std::string::npos; seen += byte) {
    pollfd waiting{fd, POLLIN, 0};
    if (::poll(&waiting, 1, static_cast<int>(std::chrono::milliseconds(patience).count())) <= 0) return false;
    if (::read(fd, &byte, 1) != 1) return false;
  }
  return true;
}

TEST_F(killed_hosts, before_permanent_boots_the_permanent_release) {
  start_counting();
  static_cast<void>(op.relup_ask({"unpack", (releases / "sequence-2.0.0").string()}));
  static_cast<void>(op.relup_ask({"install", "2.0.0"}));
  EXPECT_EQ(op.status_of("sequence-2.0.0"), "current");
  host->end(SIGKILL);

  start({});
  EXPECT_NE(host->ready_line().find("ready: sequence-1.0.0"), std::string::npos) << host->ready_line();
  number = 100;  // what only memory held is lost with the process
  serves_as_before();
  upgrades();
}

TEST(killed_during_install, boots_the_permanent_release_and_installs_then) {
  scratch data;
  const operator_at op{data.path};
  std::optional<running_host> host;
  host.emplace(data.path, std::vector<std::string>{(releases / "unruly-1.0.0").string()});
  static_cast<void>(op.relup_ask({"unpack", (releases / "unruly-2.0.0").string()}));
  EXPECT_EQ(op.ask({"call", "second", "arm", R"({"with":"hang"})"}), "nothing");

  // Recorded and loaded; then its code_change hangs.
  auto install = port::child::spawn(relup_program,
                                    {"install", "2.0.0", "--code-change-timeout", "10m", "--data", data.path.string()});
  ASSERT_TRUE(install.ok());
  ASSERT_TRUE(prints(install->output.get(), "pre-copy"));
  host->end(SIGKILL);
  EXPECT_FALSE(install->wait(patience).clean()) << "whoever waits for the report learns that there is none";

  host.emplace(data.path, std::vector<std::string>{});
  EXPECT_NE(host->ready_line().find("ready: unruly-1.0.0"), std::string::npos) << host->ready_line();
  EXPECT_EQ(op.status_of("unruly-1.0.0"), "permanent");
  EXPECT_EQ(op.status_of("unruly-2.0.0"), "unpacked");
  EXPECT_EQ(op.ask({"call", "second", "ask"}), 1);
  EXPECT_EQ(op.relup_ask({"install", "2.0.0"})["servers_migrated"], 4);
  EXPECT_EQ(op.ask({"call", "second", "ask"}), 2);
}

}  // namespace
}  // namespace patchbay::test
