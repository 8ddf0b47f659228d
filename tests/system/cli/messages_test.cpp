// patchbay call, cast, ps, tree, state: typed JSON against what plugins published.
#include <algorithm>

#include "programs.hpp"

namespace patchbay::test {
namespace {

struct messages_test : ::testing::Test {
  scratch data;
  operator_at op{data.path};
  running_host host{data.path, {(releases / "sequence-1.0.0").string()}};
};

TEST_F(messages_test, calls_and_casts) {
  EXPECT_EQ(op.patchbay({"call", "sequence", "next_number"}).output, "100\n");
  EXPECT_EQ(op.patchbay({"call", "sequence", "next_number"}).output, "101\n");
  EXPECT_EQ(op.patchbay({"cast", "sequence", "increment_number", R"({"delta":8})"}).code, 0);
  EXPECT_EQ(op.patchbay({"call", "sequence", "set_number", R"({"n":12})"}).output, "110\n");
  EXPECT_EQ(op.patchbay({"call", "sequence", "factors"}).output, "[2,2,3]\n");
}

TEST_F(messages_test, an_answer_that_cannot_be_printed_is_no_success) {
  for (const std::string command : {"patchbay call sequence next_number", "patchbay ps --json", "relup which"}) {
    const auto program = (patchbay_program.parent_path() / command).string();
    const auto ran = run("/bin/sh", {"-c", program + " --data " + data.path.string() + " >/dev/full"});
    EXPECT_EQ(ran.code, 1) << command;
    EXPECT_NE(ran.errors.find("No space left"), std::string::npos) << command << ": " << ran.errors;
  }
  EXPECT_EQ(op.patchbay({"call", "sequence", "next_number"}).output, "101\n") << "the call itself was made";
}

TEST_F(messages_test, names_what_is_unknown_and_lists_what_is_known) {
  auto got = op.refusal({"call", "sequense", "next_number"});
  EXPECT_EQ(got["code"], "noproc");
  EXPECT_NE(got["text"].get<std::string>().find("did you mean sequence"), std::string::npos) << got;

  got = op.refusal({"call", "sequence", "next_nubmer"});
  EXPECT_EQ(got["code"], "undef_message");
  EXPECT_NE(got["text"].get<std::string>().find("factors, next_number, set_number"), std::string::npos) << got;

  got = op.refusal({"call", "sequence", "increment_number", R"({"delta":1})"});
  EXPECT_EQ(got["code"], "undef_message");
  EXPECT_NE(got["text"].get<std::string>().find("as a cast"), std::string::npos) << got;

  got = op.refusal({"call", "sequence", "set_number"});
  EXPECT_EQ(got["code"], "bad_message");
  EXPECT_NE(got["text"].get<std::string>().find("n: i64"), std::string::npos) << "the fields are shown: " << got;

  got = op.refusal({"call", "sequence", "set_number", R"({"n":1,"m":2})"});
  EXPECT_EQ(got["code"], "bad_message");
  EXPECT_NE(got["text"].get<std::string>().find('m'), std::string::npos) << got;

  EXPECT_EQ(op.patchbay({"call", "sequence", "set_number", "{n:1}"}).code, 2) << "not JSON at all";
  EXPECT_EQ(op.ask({"call", "sequence", "next_number"}), 100) << "nothing of it arrived";
}

TEST_F(messages_test, wrong_usage_is_json_too_where_json_is_asked_for) {
  for (const auto& [arguments, part] : std::vector<std::pair<std::vector<std::string>, std::string>>{
           {{"bogus", "--json"}, "there is no command `bogus`"},
           {{"call", "--json"}, "NAME is required"},
           {{"ps", "--nope", "--json"}, "--nope"}}) {
    const auto got = run(patchbay_program, arguments);
    EXPECT_EQ(got.code, 2);
    ASSERT_TRUE(got.answer().is_object()) << got.output;
    EXPECT_EQ(got.answer()["error"]["code"], "usage");
    EXPECT_NE(got.answer()["error"]["text"].get<std::string>().find(part), std::string::npos) << got.output;
  }
}

TEST_F(messages_test, shows_processes_tree_and_state) {
  static_cast<void>(op.ask({"call", "sequence", "next_number"}));
  const auto processes = op.ask({"ps"});
  const auto sequence =
      std::find_if(processes.begin(), processes.end(), [](const json& each) { return each["name"] == "sequence"; });
  ASSERT_NE(sequence, processes.end()) << processes;
  EXPECT_EQ((*sequence)["module"], "sequence_server");
  EXPECT_EQ((*sequence)["version"], "1.0.0");

  const auto state = op.ask({"state", "sequence"});
  EXPECT_EQ(state["state"], (json{{"number", 101}}));
  EXPECT_EQ(state["name"], "sequence");
  EXPECT_EQ(op.ask({"state", (*sequence)["pid"].get<std::string>()}), state) << "a pid is as good as a name";

  const auto tree = op.ask({"tree"});
  ASSERT_FALSE(tree.empty());
  EXPECT_EQ(tree[0]["application"], "sequence");
  const auto text = op.patchbay({"tree"}).output;
  EXPECT_LT(text.find("stash"), text.find("sequence_server")) << "in the order of their start: " << text;
}

TEST_F(messages_test, a_crashed_server_is_restarted_where_it_was) {
  const auto pid = [&] { return op.ask({"state", "sequence"})["pid"]; };
  static_cast<void>(op.ask({"call", "sequence", "set_number", R"({"n":7})"}));
  const auto before = pid();
  EXPECT_EQ(op.patchbay({"cast", "sequence", "increment_number", R"({"delta":9223372036854775807})"}).code, 0);
  const auto until = std::chrono::steady_clock::now() + patience;
  json answer;
  do {
    ASSERT_LT(std::chrono::steady_clock::now(), until);
    answer = op.patchbay({"state", "sequence", "--json"}).answer();
  } while (!answer.contains("pid") || answer["pid"] == before);
  EXPECT_EQ(op.ask({"call", "sequence", "next_number"}), 7);
}

}  // namespace
}  // namespace patchbay::test
