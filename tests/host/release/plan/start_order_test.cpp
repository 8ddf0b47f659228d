#include "release/plan/start_order.hpp"

#include <gtest/gtest.h>

namespace patchbay::release {
namespace {

std::string order(const std::vector<start_node>& nodes) {
  const auto found = start_order(nodes);
  if (!found) return found.failure().code + ": " + found.failure().text;
  std::string text;
  for (const auto index : *found) text += nodes[index].name + " ";
  return text;
}

TEST(start_order, keeps_the_listed_order_where_it_may) {
  EXPECT_EQ(order({{"c", {}}, {"a", {}}, {"b", {}}}), "c a b ");
}
TEST(start_order, puts_what_is_needed_first) { EXPECT_EQ(order({{"c", {"b"}}, {"a", {}}, {"b", {"a"}}}), "a b c "); }
TEST(start_order, takes_a_diamond_once) {
  EXPECT_EQ(order({{"d", {"b", "c"}}, {"b", {"a"}}, {"c", {"a"}}, {"a", {}}}), "a b c d ");
}
TEST(start_order, names_the_cycle_and_not_the_way_to_it) {
  EXPECT_EQ(order({{"x", {"a"}}, {"a", {"b"}}, {"b", {"a"}}}),
            "circular_dependencies: applications need each other: a -> b -> a; remove one of these dependencies");
}
TEST(start_order, names_the_absent_application) {
  EXPECT_EQ(
      order({{"bank", {"legder"}}, {"ledger", {}}}),
      "undefined_applications: application bank needs legder, which is not in the release; add it to release.toml "
      "(did you mean \"ledger\"?)");
}

}  // namespace
}  // namespace patchbay::release
