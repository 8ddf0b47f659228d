// Handlers of two plugins in one manager of a running host: one is upgraded by relup, with its plugin; the other stays.
#include "cli/programs.hpp"

namespace patchbay::test {
namespace {

struct handlers_in_a_host : ::testing::Test {
  void publish(const std::string& text) {
    EXPECT_EQ(op.patchbay({"call", "bulletin", "publish", json{{"text", text}}.dump()}).code, 0);
  }
  [[nodiscard]] json entries() const { return op.ask({"call", "bulletins/chronicle", "entries"}); }
  [[nodiscard]] json seen_by_the_other() const { return op.ask({"call", "bulletins/headcount", "count"}); }
  [[nodiscard]] json decide(const std::string& word) const {
    return op.ask({"call", "bulletin", "decide", json{{"word", word}}.dump()});
  }
  /// {pid, version} of a handler, as `ps` has it.
  [[nodiscard]] std::pair<json, json> slot(const std::string& name) const {
    for (const auto& each : op.ask({"ps"})) {
      if (each["name"] == name) return {each["pid"], each["version"]};
    }
    return {};
  }

  scratch data;
  operator_at op{data.path};
  running_host host{data.path, {(releases / "chronicle-1.0.0").string()}};
};

TEST_F(handlers_in_a_host, one_is_upgraded_and_downgraded_with_its_plugin_and_the_other_stays) {
  publish("one");
  EXPECT_EQ(entries(), json::parse(R"(["one"])"));
  const auto before = slot("bulletins/headcount");
  const auto moved = slot("bulletins/chronicle");
  EXPECT_EQ(moved.second, "1.0.0");
  EXPECT_EQ(op.relup({"unpack", (releases / "chronicle-2.0.0").string()}).code, 0);
  const json up = op.relup_ask({"install", "2.0.0"});
  EXPECT_EQ(up["code_changes"], 1) << up;
  EXPECT_EQ(up["purged"][0]["unmapped"], true) << up;
  EXPECT_EQ(slot("bulletins/chronicle"), std::pair(moved.first, json("2.0.0")));
  publish("two");
  EXPECT_EQ(entries(), json::parse(R"(["1 one", "2 two"])"));
  const json down = op.relup_ask({"install", "1.0.0"});
  EXPECT_EQ(down["purged"][0]["unmapped"], true) << down;
  publish("three");
  EXPECT_EQ(entries(), json::parse(R"(["one", "two", "three"])"));
  EXPECT_EQ(seen_by_the_other(), 3);
  EXPECT_EQ(slot("bulletins/headcount"), before) << "same process, same version";
}

// The request was sent by code that is unmapped when its response comes.
TEST_F(handlers_in_a_host, a_response_finds_the_handler_in_its_new_version) {
  publish("one");
  EXPECT_EQ(op.relup({"unpack", (releases / "chronicle-2.0.0").string()}).code, 0);
  const json up = op.relup_ask({"install", "2.0.0"});
  EXPECT_EQ(up["purged"][0]["unmapped"], true) << up;
  EXPECT_EQ(decide("good"), 1);
  EXPECT_EQ(entries(), json::parse(R"(["1 one", "2 editor: good"])")) << "sent before the call of entries";
  publish("two");
  const json down = op.relup_ask({"install", "1.0.0"});
  EXPECT_EQ(down["purged"][0]["unmapped"], true) << down;
  EXPECT_EQ(decide("dull"), 1);
  EXPECT_EQ(entries(), json::parse(R"(["one", "editor: good", "two", "editor: dull"])"));
}

}  // namespace
}  // namespace patchbay::test
