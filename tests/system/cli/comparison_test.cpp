// relup diff and relup appup, over directories, packages and what is unpacked; no host runs.
#include <fstream>
#include <iterator>

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
  EXPECT_NE(by_package.dump().find("+delta: i64"), std::string::npos) << by_package;
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

std::string text_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// sequence 2.0.0 without its appup, drafted anew: the planner takes the draft, and a host carries it out both ways.
TEST_F(comparison_test, a_draft_of_an_appup_leads_there_and_back) {
  const fs::path bare = work.path / "sequence-2.0.0";
  fs::copy(second, bare, fs::copy_options::recursive);
  const fs::path appup = bare / "lib" / "sequence-2.0.0" / "sequence.appup.toml";
  const auto by_hand = text_of(appup);
  fs::remove(appup);
  EXPECT_EQ(op.refusal({"plan", first, bare.string()}, relup_program)["code"], "no_matching_relup");

  const auto printed = op.relup({"appup", first, bare.string()});
  EXPECT_EQ(printed.code, 0) << printed.errors;
  const auto written = op.relup_ask({"appup", first, bare.string(), "--application", "sequence", "--out", appup});
  EXPECT_EQ(written["file"], appup.string());
  EXPECT_EQ(written["appups"][0]["complete"], true) << written;
  EXPECT_EQ(text_of(appup), written["appups"][0]["toml"]);
  EXPECT_EQ(text_of(appup), printed.output);
  EXPECT_NE(text_of(appup).find(R"({ update = "sequence_server", change = "advanced", lossy = ["delta"] })"),
            std::string::npos)
      << text_of(appup);
  const auto plan = op.relup_ask({"plan", first, bare.string()})["plan"];
  EXPECT_EQ(plan["way_back"], true) << plan;
  fs::rename(appup, work.path / "draft");
  std::ofstream(appup, std::ios::binary) << by_hand;
  EXPECT_EQ(op.relup_ask({"plan", first, bare.string()})["plan"]["applications"][0]["way"], "up");
  fs::rename(work.path / "draft", appup);

  running_host host(data.path, {first});
  EXPECT_EQ(op.relup_ask({"unpack", bare.string()})["id"], "sequence-2.0.0");
  EXPECT_EQ(op.ask({"call", "sequence", "next_number"}), 100);
  EXPECT_GT(op.relup_ask({"install", "2.0.0"})["servers_in_set"], 0);
  EXPECT_EQ(op.ask({"call", "sequence", "set_delta", R"({"delta":5})"}), 1);
  EXPECT_EQ(op.relup_ask({"rollback"})["to"], "sequence-1.0.0");
  EXPECT_EQ(op.ask({"call", "sequence", "next_number"}), 101);
}

// As if 1.0.0 were the newer one: it has no code_change at all.
TEST_F(comparison_test, a_draft_says_what_has_to_be_written) {
  const auto draft = op.relup_ask({"appup", second, first})["appups"][0];
  EXPECT_EQ(draft["complete"], false) << draft;
  const auto toml = draft["toml"].get<std::string>();
  EXPECT_NE(toml.find("# TO DO: sequence_server: 1.0.0 has no code_change for state version 2 (2.0.0)"),
            std::string::npos)
      << toml;
  EXPECT_NE(toml.find("#   static state code_change(patchbay::upgrade<2>, const state_v2& old) {"), std::string::npos)
      << toml;
  const auto told = op.relup({"appup", second, first, "--out", (work.path / "a").string()});
  EXPECT_EQ(told.code, 0) << told.errors;
  EXPECT_NE(told.output.find("\nto do: sequence_server: 1.0.0 has no code_change"), std::string::npos) << told.output;
}

TEST_F(comparison_test, a_draft_writes_over_nothing_unless_it_is_forced) {
  const fs::path file = work.path / "sequence.appup.toml";
  std::ofstream(file) << "mine";
  const std::vector<std::string> draft{"appup", first, second, "--out", file.string()};
  const auto refused = op.refusal(draft, relup_program);
  EXPECT_EQ(refused["code"], "badarg");
  EXPECT_NE(refused["text"].get<std::string>().find("--force"), std::string::npos) << refused;
  EXPECT_EQ(text_of(file), "mine");
  auto forced = draft;
  forced.emplace_back("--force");
  static_cast<void>(op.relup_ask(forced));
  EXPECT_TRUE(text_of(file).starts_with("# sequence 1.0.0 -> 2.0.0")) << text_of(file);

  fs::create_symlink(work.path / "nowhere", work.path / "link");
  EXPECT_EQ(op.refusal({"appup", first, second, "--out", (work.path / "link").string()}, relup_program)["code"],
            "badarg");
  EXPECT_EQ(op.relup({"appup", first, second, "--force"}).code, 2);
  EXPECT_EQ(op.refusal({"appup", first, first}, relup_program)["code"], "nothing_to_write");
  EXPECT_EQ(op.refusal({"appup", first, second, "--application", "sequenc"}, relup_program)["code"],
            "no_such_application");
}

}  // namespace
}  // namespace patchbay::test
