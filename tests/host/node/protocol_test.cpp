#include "node/control/protocol.hpp"

#include <gtest/gtest.h>

namespace patchbay::node {
namespace {

TEST(check_utf8, names_the_field_that_would_arrive_as_another) {
  EXPECT_TRUE(check_utf8(json{{"directory", "/tmp/\xc3\xa4"}, {"timeout_ms", 5}}).ok());
  const auto refused = check_utf8(json{{"a", "x"}, {"directory", "p\xff/x"}});
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.failure().code, "badarg");
  EXPECT_NE(refused.failure().text.find("`directory` is no UTF-8: `p\xef\xbf\xbd/x`"), std::string::npos)
      << refused.failure().text;
}

TEST(parse_request, takes_id_and_op_apart_from_the_fields) {
  const auto parsed = parse_request(R"({"id":7,"op":"call","name":"sequence","args":{"by":2}})");
  ASSERT_TRUE(parsed.content.ok());
  EXPECT_EQ(parsed.id, 7);
  EXPECT_EQ(parsed.content->op, "call");
  EXPECT_EQ(parsed.content->fields, (json{{"name", "sequence"}, {"args", {{"by", 2}}}}));
}

TEST(parse_request, refuses_what_is_not_json) {
  for (const char* line : {"", "{", "nonsense", R"({"id":1,"op":"ping"} x)", "\xff\xfe"}) {
    const auto parsed = parse_request(line);
    ASSERT_FALSE(parsed.content.ok()) << line;
    EXPECT_EQ(parsed.content.failure().code, "bad_json") << line;
    EXPECT_TRUE(parsed.id.is_null());
  }
}

TEST(parse_request, refuses_what_is_no_request) {
  for (const char* line : {"[]", "1", R"({"op":"ping"})", R"({"id":1.5,"op":"ping"})", R"({"id":[],"op":"ping"})",
                           R"({"id":1})", R"({"id":1,"op":3})"}) {
    const auto parsed = parse_request(line);
    ASSERT_FALSE(parsed.content.ok()) << line;
    EXPECT_EQ(parsed.content.failure().code, "bad_request") << line;
  }
  EXPECT_EQ(parse_request(R"({"id":"a","op":3})").id, "a") << "an id that could be read is answered";
}

TEST(parse_request, says_what_it_got_instead) {
  const auto text = [](const char* line) { return parse_request(line).content.failure().text; };
  EXPECT_EQ(text("[]"), "a request is a JSON object, not an array");
  EXPECT_EQ(text("null"), "a request is a JSON object, not null");
  EXPECT_EQ(text("3"), "a request is a JSON object, not a number");
}

TEST(parse_request, refuses_keys_that_stand_twice_by_name) {
  for (const char* line : {R"({"id":1,"id":2,"op":"ping"})", R"({"id":1,"op":"call","args":{"id":1,"id":2}})"}) {
    const auto parsed = parse_request(line);
    ASSERT_FALSE(parsed.content.ok()) << line;
    EXPECT_EQ(parsed.content.failure().code, "bad_json");
    EXPECT_NE(parsed.content.failure().text.find("\"id\" is given twice"), std::string::npos)
        << parsed.content.failure().text;
  }
}

TEST(parse_request, repeats_no_long_input) {
  const std::string much(500'000, 'x');
  for (const std::string& line :
       {much, "\"" + much, R"({"id":1,"op":"ping",")" + much + R"(":1,")" + much + R"(":2})"}) {
    const auto parsed = parse_request(line);
    ASSERT_FALSE(parsed.content.ok());
    EXPECT_LT(parsed.content.failure().text.size(), 500U);
  }
}

TEST(parse_request, refuses_deep_nesting_before_parsing_it) {
  const std::string deep = R"({"id":1,"op":"call","args":)" + std::string(500'000, '[');
  EXPECT_EQ(parse_request(deep).content.failure().code, "bad_json");
  const std::string in_text = R"({"id":1,"op":"call","args":")" + std::string(1000, '[') + R"(\"[["})";
  EXPECT_TRUE(parse_request(in_text).content.ok()) << "brackets inside a string do not nest";
}

TEST(lines, go_forth_and_back) {
  auto answer = parse_response(result_line(3, json{{"n", 1}}));
  ASSERT_TRUE(answer.ok());
  EXPECT_FALSE(answer->phase);
  EXPECT_EQ(*answer->answer, (json{{"n", 1}}));

  answer = parse_response(error_line("x", {"busy", "an install runs"}));
  ASSERT_TRUE(answer.ok());
  EXPECT_EQ(answer->answer.failure().code, "busy");
  EXPECT_EQ(answer->answer.failure().text, "an install runs");

  answer = parse_response(phase_line(3, "freeze", "1 server"));
  ASSERT_TRUE(answer.ok());
  EXPECT_TRUE(answer->phase);
  EXPECT_EQ(answer->phase_name, "freeze");
}

TEST(lines, say_a_code_once) {
  const auto text = [](const error& failure) { return parse_response(error_line(1, failure))->answer.failure().text; };
  EXPECT_EQ(text({"undef_message", "undef_message: counter takes no up"}), "counter takes no up");
  EXPECT_EQ(text({"io", "iota: no such file"}), "iota: no such file");
  EXPECT_EQ(text({"noproc", "noproc"}), "noproc");
}

TEST(lines, survive_text_that_is_not_utf8) {
  const auto line = error_line(1, {"io", "name \xff"});
  EXPECT_EQ(line.back(), '\n');
  EXPECT_TRUE(parse_response(line).ok());
}

TEST(parse_response, refuses_what_is_no_answer) {
  for (const char* line : {"{}", R"({"id":1})", R"({"id":1,"ok":false})", R"({"id":1,"ok":"yes"})", "hello"}) {
    EXPECT_EQ(parse_response(line).failure().code, "bad_answer") << line;
  }
}

}  // namespace
}  // namespace patchbay::node
