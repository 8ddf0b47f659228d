#include <gtest/gtest.h>

#include "release/plan/plan.hpp"

namespace patchbay::release {
namespace {

struct difference_case {
  const char* what;
  const char* from;
  const char* to;
  std::vector<std::string> expected;
};

class schema_difference_cases : public testing::TestWithParam<difference_case> {};

TEST_P(schema_difference_cases, says_what_differs) {
  const auto& c = GetParam();
  EXPECT_EQ(schema_difference(c.from, c.to), c.expected) << c.what;
}

INSTANTIATE_TEST_SUITE_P(
    all, schema_difference_cases,
    testing::Values(
        difference_case{"equal", R"({"struct":[["a","i64"]]})", R"({"struct":[["a","i64"]]})", {}},
        difference_case{
            "added", R"({"struct":[["a","i64"]]})", R"({"struct":[["a","i64"],["delta","i64"]]})", {"+delta: i64"}},
        difference_case{
            "gone", R"({"struct":[["a","i64"],["x","string"]]})", R"({"struct":[["a","i64"]]})", {"-x: string"}},
        difference_case{"type", R"({"struct":[["n","i32"]]})", R"({"struct":[["n","i64"]]})", {"n: i32 -> i64"}},
        difference_case{"order",
                        R"({"struct":[["a","i64"],["b","i64"]]})",
                        R"({"struct":[["b","i64"],["a","i64"]]})",
                        {"order changed"}},
        difference_case{"added in front is no other order",
                        R"({"struct":[["a","i64"]]})",
                        R"({"struct":[["b","i64"],["a","i64"]]})",
                        {"+b: i64"}},
        difference_case{"nested",
                        R"({"struct":[["in",{"struct":[["a","i8"]]}]]})",
                        R"({"struct":[["in",{"struct":[["a","u8"],["b","bool"]]}]]})",
                        {"in.a: i8 -> u8", "+in.b: bool"}},
        difference_case{"nested order",
                        R"({"struct":[["in",{"struct":[["a","i8"],["b","i8"]]}]]})",
                        R"({"struct":[["in",{"struct":[["b","i8"],["a","i8"]]}]]})",
                        {"in: order changed"}},
        difference_case{"elements",
                        R"({"struct":[["l",{"list":{"struct":[["a","i8"]]}}]]})",
                        R"({"struct":[["l",{"list":{"struct":[["a","i16"]]}}]]})",
                        {"l[].a: i8 -> i16"}},
        difference_case{"map",
                        R"({"struct":[["m",{"map":["string","i8"]}]]})",
                        R"({"struct":[["m",{"map":["i32","i16"]}]]})",
                        {"m[key]: string -> i32", "m[value]: i8 -> i16"}},
        difference_case{"map to unordered",
                        R"({"struct":[["m",{"map":["string","i8"]}]]})",
                        R"({"struct":[["m",{"map":["string","i8"],"unordered":true}]]})",
                        {"m: map of string to i8 -> unordered map of string to i8"}},
        difference_case{"list to set",
                        R"({"struct":[["l",{"list":"i8"}]]})",
                        R"({"struct":[["l",{"set":"i8","multi":true}]]})",
                        {"l: list of i8 -> multiset of i8"}},
        difference_case{"optional",
                        R"({"struct":[["o",{"optional":"i8"}]]})",
                        R"({"struct":[["o",{"optional":"i16"}]]})",
                        {"o: i8 -> i16"}},
        difference_case{"became optional",
                        R"({"struct":[["o","i8"]]})",
                        R"({"struct":[["o",{"optional":"i8"}]]})",
                        {"o: i8 -> optional i8"}},
        difference_case{"array size",
                        R"({"struct":[["a",{"array":"i8","size":3}]]})",
                        R"({"struct":[["a",{"array":"i8","size":4}]]})",
                        {"a: array of 3 i8 -> array of 4 i8"}},
        difference_case{
            "variant", R"({"variant":["i8","string"]})", R"({"variant":["i8","bool"]})", {"[1]: string -> bool"}},
        difference_case{"variant grown",
                        R"({"struct":[["v",{"variant":["i8"]}]]})",
                        R"({"struct":[["v",{"variant":["i8","bool"]}]]})",
                        {"v: variant of (i8) -> variant of (i8, bool)"}},
        difference_case{"tuple",
                        R"({"struct":[["t",{"tuple":["i8","i8"]}]]})",
                        R"({"struct":[["t",{"tuple":["i8","f64"]}]]})",
                        {"t[1]: i8 -> f64"}},
        difference_case{"enum",
                        R"({"struct":[["e",{"enum":"i32"}]]})",
                        R"({"struct":[["e",{"enum":"u8"}]]})",
                        {"e: enum over i32 -> enum over u8"}},
        difference_case{"class version",
                        R"({"struct":[["a","i8"]],"version":1})",
                        R"({"struct":[["a","i8"]],"version":2})",
                        {"the whole: class version 1 -> 2"}},
        difference_case{"scalar", R"("i32")", R"("i64")", {"the whole: i32 -> i64"}},
        difference_case{"ref",
                        R"({"struct":[["n",{"pointer":{"ref":0}}]]})",
                        R"({"struct":[["n",{"pointer":{"ref":1}}]]})",
                        {"n: the enclosing struct 0 -> the enclosing struct 1"}},
        difference_case{"not JSON", "{", R"("i32")", {"the first schema is not JSON: {"}},
        difference_case{"blanks only",
                        R"({"struct": []})",
                        R"({"struct":[]})",
                        {"the schemas' texts differ, their shapes do not; build both with the same SDK"}},
        difference_case{"bad field",
                        R"({"struct":[["a","i8"]]})",
                        R"({"struct":["a"]})",
                        {"the whole: not a field: \"a\"", "-a: i8"}}));

TEST(schema_difference, survives_hostile_depth) {
  const std::string deep = std::string(1000000, '[') + std::string(1000000, ']');
  EXPECT_EQ(schema_difference(deep, R"("i8")"),
            std::vector<std::string>{"the first schema is nested too deeply to be compared"});
  std::string lists = "\"i8\"";
  for (int i = 0; i < 100; ++i) lists = R"({"list":)" + lists + "}";
  std::string other = "\"i16\"";
  for (int i = 0; i < 100; ++i) other = R"({"list":)" + other + "}";
  const auto found = schema_difference(lists, other);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_NE(found[0].find("nested deeper than 64 levels"), std::string::npos) << found[0];
}

TEST(schema_difference, is_never_empty_for_different_texts) {
  const std::vector<std::string> texts{
      R"("i8")", R"({"list":"i8"})", R"({"struct":[]})", R"({"struct":[],"x":1})", "", "null", R"({"struct":[["a"]]})"};
  for (const auto& a : texts) {
    for (const auto& b : texts) EXPECT_EQ(schema_difference(a, b).empty(), a == b) << a << " against " << b;
  }
}

}  // namespace
}  // namespace patchbay::release
