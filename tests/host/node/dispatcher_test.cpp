#include "node/control/dispatcher.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace patchbay::node {
namespace {

struct dispatcher_test : ::testing::Test {
  dispatcher_test() {
    operations.add({"echo",
                    {{"text"}, {"limit_ms", field_type::milliseconds, false}, {"any", field_type::value, false}},
                    [](const json& fields, const progress& tell) -> outcome<json> {
                      tell("listen", "one word");
                      return fields;
                    }});
    operations.add({"burst", {}, [](const json&, const progress&) -> outcome<json> {
                      return json(std::string(max_line_bytes, 'x'));
                    }});
    operations.add(
        {"fail", {}, [](const json&, const progress&) -> outcome<json> { throw std::runtime_error("torn"); }});
  }
  response ask(std::string_view line) {
    sent.clear();
    auto parsed = parse_response(operations.answer(line, [&](std::string_view more) { sent.emplace_back(more); }));
    EXPECT_TRUE(parsed.ok());
    return *parsed;
  }
  error refusal(std::string_view line) {
    const auto got = ask(line);
    EXPECT_FALSE(got.answer.ok());
    return got.answer.ok() ? error{} : got.answer.failure();
  }
  dispatcher operations;
  std::vector<std::string> sent;
};

TEST_F(dispatcher_test, runs_an_operation_and_tells_its_phases_first) {
  const auto got = ask(R"({"id":5,"op":"echo","text":"hi","limit_ms":10})");
  EXPECT_EQ(got.id, 5);
  ASSERT_TRUE(got.answer.ok());
  EXPECT_EQ(*got.answer, (json{{"text", "hi"}, {"limit_ms", 10}}));
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_EQ(parse_response(sent.front())->phase_name, "listen");
}

TEST_F(dispatcher_test, lists_the_known_operations) {
  const auto got = refusal(R"({"id":1,"op":"ecko"})");
  EXPECT_EQ(got.code, "unknown_op");
  EXPECT_NE(got.text.find("did you mean echo"), std::string::npos) << got.text;
  EXPECT_NE(got.text.find("burst, echo, fail"), std::string::npos) << got.text;
}

TEST_F(dispatcher_test, lists_the_known_fields) {
  const auto got = refusal(R"({"id":1,"op":"echo","text":"a","txet":"b"})");
  EXPECT_EQ(got.code, "bad_request");
  EXPECT_NE(got.text.find("text, limit_ms, any"), std::string::npos) << got.text;
}

TEST_F(dispatcher_test, repeats_no_long_input) {
  const std::string much(500'000, 'x');
  for (const std::string& line :
       {R"({"id":1,"op":")" + much + "\"}", R"({"id":1,"op":"echo","text":"a",")" + much + R"(":1})"}) {
    const auto got = refusal(line);
    EXPECT_LT(got.text.size(), 500U);
    EXPECT_NE(got.text.find("(500000 bytes)"), std::string::npos) << got.text.substr(0, 500);
  }
}

TEST_F(dispatcher_test, refuses_missing_fields_and_wrong_types) {
  EXPECT_EQ(refusal(R"({"id":1,"op":"echo"})").text, "`echo` needs `text`");
  EXPECT_EQ(refusal(R"({"id":1,"op":"echo","text":1})").code, "bad_request");
  EXPECT_EQ(refusal(R"({"id":1,"op":"echo","text":"a","limit_ms":-1})").code, "bad_request");
  EXPECT_EQ(refusal(R"({"id":1,"op":"echo","text":"a","limit_ms":3600001})").code, "bad_request");
}

TEST_F(dispatcher_test, words_an_exception_and_an_answer_that_is_too_long) {
  EXPECT_EQ(refusal(R"({"id":1,"op":"fail"})").code, "internal");
  EXPECT_EQ(refusal(R"({"id":1,"op":"burst"})").code, "line_too_long");
}

}  // namespace
}  // namespace patchbay::node
