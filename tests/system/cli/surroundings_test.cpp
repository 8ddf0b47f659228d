// patchbay start under limits, signals, streams and terminals that are none of its own making.
#include <fstream>

#include "programs.hpp"

namespace patchbay::test {
namespace {

struct surroundings : ::testing::Test {
  /// `patchbay start` in a shell that did something before; to its end.
  [[nodiscard]] command_result start_under(const std::string& before, std::vector<std::string> more = {}) const {
    std::vector<std::string> arguments{"-c", before + R"(; exec "$0" "$@")", patchbay_program.string(), "start", sequence,
                                       "--data", data.path.string(), "--allow-unsigned"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run("/bin/sh", arguments);
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

}  // namespace
}  // namespace patchbay::test
