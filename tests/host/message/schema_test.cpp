#include "message/schema.hpp"

#include <gtest/gtest.h>

#include "message/fingerprint.hpp"

namespace patchbay::message {
namespace {

std::string described(std::string_view text) {
  const auto as = parse_schema(text);
  return as.ok() ? describe(*as) : as.failure().text;
}

TEST(schema, is_described_for_people) {
  EXPECT_EQ(described(R"({"struct":[["n","i64"],["history",{"list":"i64"}]]})"), "{n: i64, history: list<i64>}");
  EXPECT_EQ(described(R"({"map":["string",{"set":"u8"}],"unordered":true,"multi":true})"),
            "unordered_multimap<string, set<u8>>");
  EXPECT_EQ(described(R"({"variant":["monostate",{"enum":"i32"},{"array":"f32","size":3}]})"),
            "variant<monostate, enum<i32>, array<f32, 3>>");
  EXPECT_EQ(described(R"({"struct":[["next",{"pointer":{"ref":0}}]],"version":4})"), "{next: pointer<^0>}@4");
  EXPECT_EQ(described(R"({"tuple":["bool",{"optional":{"opaque":"std::any"}}]})"),
            "tuple<bool, optional<opaque<std::any>>>");
}

TEST(schema, knows_its_fingerprint) {
  const auto as = parse_schema("\"i64\"");
  ASSERT_TRUE(as.ok());
  EXPECT_EQ(as->fingerprint, fnv1a_64("\"i64\""));
}

TEST(schema, resolves_references_to_the_enclosing_structs) {
  const auto as =
      parse_schema(R"({"struct":[["a",{"list":{"struct":[["up",{"list":{"ref":1}}],["own",{"list":{"ref":0}}]]}}]]})");
  ASSERT_TRUE(as.ok()) << as.failure().text;
  const auto& inner = as->at(as->at(as->root().parts[0]).parts[0]);
  ASSERT_EQ(inner.kind, shape::structure);
  EXPECT_EQ(&as->at(as->at(as->at(inner.parts[0]).parts[0]).parts[0]), &as->root());
  EXPECT_EQ(&as->at(as->at(as->at(inner.parts[1]).parts[0]).parts[0]), &inner);
}

TEST(schema, least_sizes_are_lower_bounds) {
  const auto least = [](std::string_view text) { return parse_schema(text).value().root().least_bytes; };
  EXPECT_EQ(least(R"({"struct":[["a","u8"],["b","f64"],["c",{"optional":"i64"}]],"version":0})"), 14U);
  EXPECT_EQ(least(R"({"variant":["i64","u8"]})"), 5U);
  EXPECT_EQ(least(R"({"array":{"array":"u64","size":18446744073709551615},"size":18446744073709551615})"), 1ULL << 62);
}

struct refusal {
  const char* text;
  const char* says;
};

class refused_schema : public ::testing::TestWithParam<refusal> {};

TEST_P(refused_schema, is_told_with_its_place) {
  const auto as = parse_schema(GetParam().text);
  ASSERT_FALSE(as.ok());
  EXPECT_EQ(as.failure().code, "bad_schema");
  EXPECT_NE(as.failure().text.find(GetParam().says), std::string::npos) << as.failure().text;
}

INSTANTIATE_TEST_SUITE_P(
    schema, refused_schema,
    ::testing::Values(
        refusal{"", "not JSON"}, refusal{"{\"list\":", "not JSON"}, refusal{"7", "a type is a word or an object"},
        refusal{"{}", "a type is a word or an object"}, refusal{"\"i65\"", "did you mean i64?"},
        refusal{R"({"lst":"i64"})", "did you mean list?"},
        refusal{R"({"list":"i64","unordered":true})", "unknown key \"unordered\""},
        refusal{R"({"list":"i64","list":"i32"})", "given twice"}, refusal{R"({"array":"i64"})", "needs \"size\""},
        refusal{R"({"array":"i64","size":-1})", "needs \"size\""}, refusal{R"({"map":["i64"]})", "[key, value]"},
        refusal{R"({"set":"i64","multi":1})", "multi is true or false"},
        refusal{R"({"enum":"f32"})", "an enum lies over"}, refusal{R"({"variant":[]})", "array of types"},
        refusal{R"({"struct":[["a"]]})", "is not [\"name\", type]"},
        refusal{R"({"struct":[["a","i8"],["a","i8"]]})", "a second \"a\""},
        refusal{R"({"struct":[["",  "i8"]]})", "has no name"},
        refusal{R"({"struct":[],"version":4294967296})", "class version"},
        refusal{R"({"list":{"ref":0}})", "number of an enclosing struct"},
        refusal{R"({"struct":[["a",{"ref":0}]]})", "schema.struct[0](a).ref: this struct would hold itself"},
        refusal{R"({"struct":[["a",{"array":{"tuple":[{"ref":0}]},"size":1}]]})", "would hold itself"},
        refusal{R"({"struct":[["x",{"list":"itn"}]]})", "schema.struct[0](x).list: unknown type"}));

TEST(schema, has_limits) {
  std::string deep = "\"i8\"";
  for (int i = 0; i < 200; ++i) deep = "{\"list\":" + deep + "}";
  EXPECT_NE(parse_schema(deep).failure().text.find("nested deeper"), std::string::npos);
  std::string wide = "{\"tuple\":[\"i8\"";
  for (std::size_t i = 0; i < max_schema_nodes; ++i) wide += ",\"i8\"";
  EXPECT_NE(parse_schema(wide + "]}").failure().text.find("more than 65536 types"), std::string::npos);
  EXPECT_NE(parse_schema(std::string(max_schema_bytes + 1, ' ')).failure().text.find("at most"), std::string::npos);
}

}  // namespace
}  // namespace patchbay::message
