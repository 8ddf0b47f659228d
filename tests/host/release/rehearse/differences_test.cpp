#include "release/rehearse/differences.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "message/codec.hpp"

namespace patchbay::release {
namespace {

using nlohmann::json;
using texts = std::vector<std::string>;

struct differences_test : ::testing::Test {
  [[nodiscard]] std::string bytes(const json& value) const { return message::json_to_binary(as, value).value(); }
  [[nodiscard]] texts between(const json& before, const json& after, const texts& lossy = {}) const {
    return differences(as, bytes(before), bytes(after), lossy).value();
  }
  message::schema as =
      message::parse_schema(
          R"({"struct":[["total","i64"],["names",{"list":"string"}],["ids",{"set":"i64","unordered":true}]]})")
          .value();
  json state{{"total", 3}, {"names", {"a", "b"}}, {"ids", {1, 2}}};
};

TEST_F(differences_test, what_came_back_has_none) { EXPECT_EQ(between(state, state), texts()); }

TEST_F(differences_test, the_order_of_unordered_elements_is_none) {
  json other = state;
  other["ids"] = {2, 1};
  EXPECT_EQ(between(state, other), texts());
}

TEST_F(differences_test, are_named_field_by_field) {
  json other = state;
  other["total"] = 0;
  other["names"][1] = "c";
  EXPECT_EQ(between(state, other), (texts{R"(names[1]: "b" became "c")", "total: 3 became 0"}));
  other["names"] = json::array();
  EXPECT_EQ(between(state, other), (texts{R"(names: ["a","b"] became [])", "total: 3 became 0"}));
}

TEST_F(differences_test, lossy_fields_and_what_lies_in_them_are_left_out) {
  json other = state;
  other["total"] = 0;
  other["names"][1] = "c";
  EXPECT_EQ(between(state, other, {"names", "total"}), texts());
  EXPECT_EQ(between(state, other, {"tot", "name"}), (texts{R"(names[1]: "b" became "c")", "total: 3 became 0"}));
}

TEST_F(differences_test, bytes_of_another_shape_are_one) {
  EXPECT_EQ(differences(as, bytes(state), "x", {}).value(), texts{"what code_change made does not fit its schema"});
}

TEST(opaque_differences, nobody_can_tell_but_for_equal_bytes) {
  const auto as = message::parse_schema(R"({"opaque":"thing"})").value();
  EXPECT_TRUE(is_opaque(as));
  EXPECT_EQ(differences(as, "abc", "abc", {}), texts());
  EXPECT_FALSE(differences(as, "abc", "abd", {}).has_value());
}

}  // namespace
}  // namespace patchbay::release
