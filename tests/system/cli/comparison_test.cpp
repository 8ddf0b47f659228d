// relup diff, over directories, packages and what is unpacked; no host runs.
#include "programs.hpp"

namespace patchbay::test {
namespace {

struct comparison_test : ::testing::Test {
  scratch data;
  scratch work;
  operator_at op{data.path};
  const std::string first = (releases / "sequence-1.0.0").string();
  const std::string second = (releases / "sequence-2.0.0").string();
};

TEST_F(comparison_test, differences_are_no_failure) {
  const auto told = op.relup({"diff", first, second});
  EXPECT_EQ(told.code, 0) << told.errors;
  for (const char* expected :
       {"sequence-1.0.0 -> sequence-2.0.0\n", "sequence: changed, 1.0.0 -> 2.0.0, build-id ",
        "  sequence_server: changed, gen_server, state version 1 -> 2\n    +delta: i64\n",
        "    code_change: +from state version 1, up and down\n",
        "    added: call sequence/sequence_server.set_delta ({delta: i64}; reply i64)\n", "  stash_server: equal\n"}) {
    EXPECT_NE(told.output.find(expected), std::string::npos) << expected << " in\n" << told.output;
  }
  const auto same = op.relup_ask({"diff", first, first});
  EXPECT_EQ(same["difference"]["equal"], true) << same;
}

TEST_F(comparison_test, packages_and_directories_are_alike) {
  const auto package = (work.path / "sequence-2.0.0.tar.zst").string();
  ASSERT_EQ(run(relup_program, {"pack", second, "-o", package}).code, 0);
  const auto by_package = op.relup_ask({"diff", first, package});
  EXPECT_EQ(by_package, op.relup_ask({"diff", first, second}));
  EXPECT_EQ(by_package["difference"]["applications"][0]["modules"].size(), 3U) << by_package;
  EXPECT_EQ(std::distance(fs::directory_iterator(work.path), {}), 1) << "nothing is left beside it";
}

TEST_F(comparison_test, unpacked_releases_have_names) {
  running_host host(data.path, {first});
  static_cast<void>(op.relup_ask({"unpack", second}));
  const auto all = op.relup_ask({"diff", first, second});
  EXPECT_EQ(op.relup_ask({"diff", "1.0.0", "sequence-2.0.0"}), all) << "beside a running host";
  EXPECT_TRUE(host.end(SIGTERM).clean());
  EXPECT_EQ(op.relup_ask({"diff", "sequence-1.0.0", second}), all);
  EXPECT_EQ(op.refusal({"diff", "1.0.0", "3.0.0"}, relup_program)["code"], "no_such_release");
}

TEST_F(comparison_test, what_is_no_release_is_named) {
  const auto none = op.refusal({"diff", first, "2.0.0"}, relup_program);
  EXPECT_EQ(none["code"], "no_such_release");
  EXPECT_NE(
      none["text"].get<std::string>().find("`2.0.0` is no release directory, no package and, in " + data.path.string()),
      std::string::npos)
      << none;
  EXPECT_EQ(op.refusal({"diff", first, work.path.string()}, relup_program)["code"], "no_such_file");
  EXPECT_EQ(op.refusal({"diff", first, relup_program.string()}, relup_program)["code"].get<std::string>().empty(),
            false);
  EXPECT_EQ(op.relup({"diff", first}).code, 2);
}

}  // namespace
}  // namespace patchbay::test
