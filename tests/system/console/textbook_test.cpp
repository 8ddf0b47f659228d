// The sessions of the textbooks, as their readers know them.
#include "piped.hpp"

namespace patchbay::test {
namespace {

struct textbook : ::testing::Test {
  scratch data;
  std::string typed(const std::string& release, const std::string& lines) {
    running_host host(data.path, {(releases / release).string()});
    const auto got = console(data.path, lines);
    EXPECT_EQ(got.code, 0) << got.errors;
    EXPECT_EQ(got.errors, "");
    return got.output;
  }
};

// Programming Elixir's Sequence.Server: 100, 101, 102; set_number; factors; increment_number 200 -> 302.
TEST_F(textbook, sequence) {
  EXPECT_EQ(typed("sequence-1.0.0",
                  "call sequence next_number\n"
                  "call sequence next_number\n"
                  "cast sequence increment_number delta=200\n"
                  "call sequence next_number\n"
                  "call sequence set_number n=999\n"
                  "call sequence factors\n"
                  "call sequence set_number {\"n\": 100}\n"
                  "call sequence next_number\n"),
            "100\n101\n302\n303\n[3,3,3,37]\n999\n100\n");
}

// Its end: the stash keeps the number across a crash.
TEST_F(textbook, the_stash_keeps_the_number_when_the_server_is_stopped) {
  const std::string got = typed("sequence-1.0.0",
                                "call sequence set_number n=500\n"
                                "stop sequence badly\n"
                                "tree\n"  // asks the supervisor, which has started it again by then
                                "call sequence next_number\n");
  EXPECT_TRUE(got.starts_with("100\n")) << got;
  EXPECT_TRUE(got.ends_with("\n500\n")) << got;
}

TEST_F(textbook, counter) {
  EXPECT_EQ(typed("counter-1.0.0",
                  "call counter inc\n"
                  "call counter inc\n"
                  "call counter dec\n"
                  "call counter val\n"
                  "state counter\n"),
            "1\n2\n1\n1\n{\n  \"total\": 1\n}\n");
}

// MyServer under MySupervisor under MyApp: a crash tells its caller why, and the supervisor starts a new one, which begins anew.
TEST_F(textbook, my_app) {
  running_host host(data.path, {(releases / "my_app-1.0.0").string()});
  const auto got = console(data.path,
                           "call my_server put what=milk\n"
                           "call my_server put what=\"two eggs\"\n"
                           "call my_server get\n"
                           "call my_server divide of=7 by=2\n"
                           "call my_server divide of=1 by=0\n"
                           "tree\n"  // asks the supervisor, which has started it again by then
                           "call my_server get\n"
                           "call my_server put what=bread\n"
                           "tree\n");
  EXPECT_EQ(got.code, 0);
  EXPECT_TRUE(got.output.starts_with("1\n2\n[\"milk\",\"two eggs\"]\n3\nmy_app 1.0.0\n")) << got.output;
  EXPECT_NE(got.output.find("my_server  <0."), std::string::npos) << got.output;
  EXPECT_NE(got.output.find("\n[]\n1\nmy_app 1.0.0\n"), std::string::npos) << got.output;
  EXPECT_NE(got.errors.find("badarith"), std::string::npos) << got.errors;
}

// Programming Elixir's Frequency: an agent that counts words.
TEST_F(textbook, agent) {
  EXPECT_EQ(
      typed("frequency-1.0.0",
            "call frequency add_word word=dave\n"
            "call frequency words\n"
            "call frequency add_word word=was\n"
            "call frequency add_word word=here\n"
            "call frequency add_word word=he\n"
            "cast frequency add_word_later word=was\n"
            "call frequency words\n"
            "call frequency count_for word=dave\n"
            "call frequency count_for word=was\n"
            "call frequency take_word word=was\n"
            "call frequency words\n"
            "state dictionary\n"),
      "null\n[\"dave\"]\nnull\nnull\nnull\n[\"dave\",\"he\",\"here\",\"was\"]\n1\n2\n2\n[\"dave\",\"he\",\"here\"]\n"
      "{\n  \"dave\": 1,\n  \"he\": 1,\n  \"here\": 1\n}\n");
}

// Its functions are code of the plugin: what was started by one has to let the library go.
TEST_F(textbook, an_agents_plugin_is_upgraded_and_unmapped) {
  running_host host(data.path, {(releases / "frequency-1.0.0").string(), "--env", "frequency.first=\"dave\""});
  const operator_at op{data.path};
  const auto shown = [&](const std::string& lines) { return console(data.path, lines).output; };
  EXPECT_EQ(shown("call frequency add_word word=dave\ncall frequency count_for word=dave\n"), "null\n2\n");
  EXPECT_EQ(op.relup({"unpack", (releases / "frequency-2.0.0").string()}).code, 0);
  const json up = op.relup_ask({"install", "2.0.0"});
  EXPECT_EQ(up["code_changes"], 1) << up;
  EXPECT_EQ(up["purged"][0]["unmapped"], true) << up;
  EXPECT_EQ(op.ask({"state", "dictionary"})["state"], json::parse(R"({"counts": {"dave": 2}, "heard": 2})"));
  EXPECT_EQ(shown("call frequency add_word word=dave\ncall frequency take_word word=dave\n"), "null\n3\n");
  const json down = op.relup_ask({"install", "1.0.0"});
  EXPECT_EQ(down["purged"][0]["unmapped"], true) << down;
  EXPECT_EQ(shown("call frequency add_word word=he\ncall frequency words\n"), "null\n[\"he\"]\n");
}

// Its Fibonacci scheduler: solvers under a dynamic supervisor share a queue; the results are in order.
TEST_F(textbook, fibonacci_scheduler) {
  const auto got = typed("fib-1.0.0",
                         "call fib run {\"solvers\": 1, \"numbers\": [37, 3, 20, 0, 93, 10, 37]}\n"
                         "call fib run {\"solvers\": 5, \"numbers\": [37, 3, 20, 0, 93, 10, 37]}\n"
                         "call fib run {\"solvers\": 10, \"numbers\": []}\n"
                         "tree\n");
  const std::string results =
      R"([{"n":0,"value":0},{"n":3,"value":2},{"n":10,"value":55},{"n":20,"value":6765},{"n":37,"value":24157817},)"
      R"({"n":37,"value":24157817},{"n":93,"value":12200160415121876738}])";
  const auto tree = results + "\n" + results + "\n[]\nfib 1.0.0\n";
  EXPECT_TRUE(got.starts_with(tree)) << got;
  EXPECT_NE(got.find("fib/solver_sup  solver_sup\n"), std::string::npos) << got;
}

}  // namespace
}  // namespace patchbay::test
