// What is refused, by which code, and that the text leads to it.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "message/codec.hpp"
#include "message/little_endian.hpp"
#include "message/text_bytes.hpp"

namespace patchbay::message {
namespace {

struct refusal {
  const char* schema;
  const char* json;
  const char* code;
  const char* text;
};

class refused_json : public ::testing::TestWithParam<refusal> {};

TEST_P(refused_json, names_path_and_expectation) {
  const auto as = parse_schema(GetParam().schema);
  ASSERT_TRUE(as.ok()) << as.failure().text;
  const auto bytes = json_to_binary(*as, nlohmann::json::parse(GetParam().json));
  ASSERT_FALSE(bytes.ok());
  EXPECT_EQ(bytes.failure().code, GetParam().code);
  EXPECT_EQ(bytes.failure().text, GetParam().text);
}

constexpr const char* bump = R"({"struct":[["by","i64"],["history",{"list":"u8"}]]})";
constexpr const char* choice = R"({"variant":["i8","string"]})";

INSTANTIATE_TEST_SUITE_P(
    json, refused_json,
    ::testing::Values(
        refusal{bump, R"({"by":1})", "missing_field", "$: field \"history\" is missing (fields: by, history)"},
        refusal{bump, R"({"by":1,"histroy":[]})", "unknown_field",
                "$: unknown field \"histroy\"; did you mean history? (fields: by, history)"},
        refusal{bump, R"({"by":"1","history":[]})", "wrong_type", "$.by: expected i64, not \"1\""},
        refusal{bump, R"({"by":1.5,"history":[]})", "wrong_type", "$.by: expected i64, not 1.5"},
        refusal{bump, R"({"by":9223372036854775808,"history":[]})", "out_of_range",
                "$.by: 9223372036854775808 is no i64 (-9223372036854775808 to 9223372036854775807)"},
        refusal{bump, R"({"by":1e30,"history":[]})", "out_of_range",
                "$.by: 1e+30 is no i64 (-9223372036854775808 to 9223372036854775807)"},
        refusal{bump, R"({"by":1,"history":[1,2,256]})", "out_of_range", "$.history[2]: 256 is no u8 (0 to 255)"},
        refusal{bump, R"({"by":1,"history":[-1]})", "out_of_range", "$.history[0]: -1 is no u8 (0 to 255)"},
        refusal{bump, "[]", "wrong_type", "$: expected {by: i64, history: list<u8>}, not an array"},
        refusal{"\"f32\"", "1e39", "out_of_range",
                "$: 1e+39 is no f32; beyond its range are only \"inf\" and \"-inf\""},
        refusal{"\"f64\"", "\"NaN\"", "wrong_type", "$: expected f64, not \"NaN\""},
        refusal{"\"bool\"", "1", "wrong_type", "$: expected bool, not 1"},
        refusal{"\"monostate\"", "0", "wrong_type", "$: expected monostate, not 0"},
        refusal{"\"string\"", R"({"base64":"x"})", "bad_base64",
                "$: \"base64\" holds no padded base64 text (RFC 4648, section 4)"},
        refusal{choice, R"({"index":2,"value":1})", "wrong_index",
                "$: index is 0 to 1, not 2, in {\"index\": i, \"value\": v} of variant<i8, string>"},
        refusal{choice, R"({"index":-1,"value":1})", "wrong_index",
                "$: index is 0 to 1, not -1, in {\"index\": i, \"value\": v} of variant<i8, string>"},
        refusal{choice, R"({"index":1,"value":1})", "wrong_type", "$.value: expected string, not 1"},
        refusal{R"({"set":"i8"})", "[1,2,1]", "duplicate_key", "$[2]: the same element as at [0]; each may stand once"},
        refusal{R"({"map":["i8","i8"]})", "[[1,2],[1,3]]", "duplicate_key",
                "$[1]: the same key as at [0]; each may stand once"},
        refusal{R"({"map":["i8","i8"]})", "[[1]]", "wrong_type",
                "$[0]: expected [key, value] of a map<i8, i8>, not an array"},
        refusal{R"({"map":["string","i8"]})", R"({"a":1,"b":"c"})", "wrong_type", "$.b: expected i8, not \"c\""},
        refusal{R"({"array":"i8","size":2})", "[1]", "wrong_size", "$: expected 2 elements, not 1"},
        refusal{R"({"tuple":["i8","i8"]})", "[1]", "wrong_size", "$: expected the 2 elements of tuple<i8, i8>, not 1"},
        refusal{R"({"optional":{"opaque":"std::any"}})", "1", "opaque",
                "$: values of std::any can be made only by the plugin's own code"}));

TEST(json, keeps_apart_the_two_ways_of_an_optional_in_an_optional) {
  const auto as = parse_schema(R"({"optional":{"optional":"i8"}})");
  ASSERT_TRUE(as.ok());
  EXPECT_EQ(json_to_binary(*as, nullptr).value(), std::string("\1", 1));
  EXPECT_EQ(json_to_binary(*as, nlohmann::json{{"value", nullptr}}).value(), std::string("\0\1", 2));
  EXPECT_EQ(binary_to_json(*as, std::string_view("\0\0\5", 3)).value(), (nlohmann::json{{"value", 5}}));
}

TEST(json, takes_multi_containers_as_they_are) {
  const auto set = parse_schema(R"({"set":"i8","multi":true})");
  EXPECT_TRUE(json_to_binary(set.value(), nlohmann::json::parse("[1,1]")).ok());
  const auto map = parse_schema(R"({"map":["string","i8"],"multi":true})");
  EXPECT_TRUE(json_to_binary(map.value(), nlohmann::json::parse(R"([["a",1],["a",1]])")).ok());
}

TEST(json, text_with_a_key_twice_is_refused) {
  EXPECT_EQ(parse_json(R"({"a":1,"b":{"a":1},"a":2})").failure().text,
            "not JSON: key \"a\" is given twice in one object");
  EXPECT_TRUE(parse_json(R"([{"a":1},{"a":1}])").ok());
  EXPECT_EQ(parse_json("{").failure().code, "bad_json");
  EXPECT_NE(parse_json("[1,]").failure().text.find("column"), std::string::npos);
  EXPECT_FALSE(parse_json(std::string(100'000, '[')).ok());
  EXPECT_FALSE(parse_json("1 2").ok());
}

std::string sized(std::uint64_t size, const std::string& rest) {
  std::string out;
  put_little(out, size);
  return out + rest;
}

struct hostile {
  const char* schema;
  std::string bytes;
  const char* code;
};

class refused_bytes : public ::testing::TestWithParam<hostile> {};

TEST_P(refused_bytes, are_told_by_both_readers) {
  const auto as = parse_schema(GetParam().schema);
  ASSERT_TRUE(as.ok()) << as.failure().text;
  const auto read = binary_to_json(*as, GetParam().bytes);
  const auto form = canonical(*as, GetParam().bytes);
  ASSERT_FALSE(read.ok() || form.ok());
  EXPECT_EQ(read.failure().code, GetParam().code) << read.failure().text;
  EXPECT_EQ(form.failure().code, GetParam().code) << form.failure().text;
}

constexpr std::uint64_t gigabyte = 1ull << 30;

INSTANTIATE_TEST_SUITE_P(
    binary, refused_bytes,
    ::testing::Values(hostile{"\"string\"", sized(gigabyte, std::string(12, 'x')), "too_long"},
                      hostile{R"({"list":"i64"})", sized(gigabyte, std::string(12, 'x')), "too_long"},
                      hostile{R"({"list":"i64"})", sized(UINT64_MAX, ""), "too_long"},
                      hostile{R"({"map":["i64","i64"]})", sized(1, std::string(15, 'x')), "too_long"},
                      hostile{R"({"list":"monostate"})", sized(gigabyte, ""), "too_long"},
                      hostile{R"({"array":{"array":"monostate","size":1000000},"size":1000000})", "", "too_long"},
                      hostile{R"({"array":"u8","size":1000000000000})", "123", "too_long"},
                      hostile{"\"i64\"", "1234567", "truncated"}, hostile{"\"string\"", "1234567", "truncated"},
                      hostile{"\"i64\"", "123456789", "trailing_bytes"}, hostile{"\"bool\"", "\2", "bad_value"},
                      hostile{R"({"optional":"u8"})", "\2x", "bad_value"},
                      hostile{R"({"pointer":"u8"})", "\1", "truncated"},
                      hostile{R"({"variant":["u8"]})", std::string("\1\0\0\0x", 5), "wrong_index"},
                      hostile{R"({"variant":["u8"]})", std::string("\377\377\377\377x", 5), "wrong_index"},
                      hostile{R"({"struct":[],"version":2})", std::string("\3\0\0\0", 4), "bad_value"},
                      hostile{R"({"struct":[["next",{"pointer":{"ref":0}}]]})", std::string(5000, '\1'), "too_deep"},
                      hostile{R"({"opaque":"std::any"})", "x", "opaque"}));

TEST(binary, error_tells_path_and_offset) {
  const auto as = parse_schema(R"({"struct":[["legs",{"list":{"struct":[["open","bool"],["n","u8"]]}}]]})");
  const auto read = binary_to_json(as.value(), sized(2, std::string("\1\7\5\7", 4)));
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.failure().text, "$.legs[1].open: a bool is 0 or 1, not 5 (at byte 11 of 12)");
}

TEST(text_bytes, knows_utf8) {
  for (const char* good : {"", "a", "grüße", "€", "😀", "\xf4\x8f\xbf\xbf"}) EXPECT_TRUE(is_utf8(good)) << good;
  for (const char* bad :
       {"\x80", "\xc0\x80", "\xc3", "\xed\xa0\x80", "\xe0\x80\x80", "\xf4\x90\x80\x80", "\xf8", "a\xff"})
    EXPECT_FALSE(is_utf8(bad));
}

TEST(text_bytes, base64_has_one_text_for_one_value) {
  EXPECT_EQ(to_base64("foobar"), "Zm9vYmFy");
  EXPECT_EQ(to_base64("fooba"), "Zm9vYmE=");
  EXPECT_EQ(to_base64("foob"), "Zm9vYg==");
  EXPECT_EQ(from_base64("Zm9vYg=="), "foob");
  for (const char* bad : {"Zm9vYh==", "Zm9vYg=", "Zm=vYg==", "====", "Zm9v\n"}) EXPECT_FALSE(from_base64(bad)) << bad;
}

}  // namespace
}  // namespace patchbay::message
