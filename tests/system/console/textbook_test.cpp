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
  EXPECT_EQ(typed("sequence-1.0.0",
                  "call sequence set_number n=500\n"
                  "stop sequence badly\n"
                  "call sequence next_number\n"),
            "100\n500\n");
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

}  // namespace
}  // namespace patchbay::test
