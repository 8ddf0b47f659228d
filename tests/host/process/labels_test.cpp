#include "process/labels.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <string>

#include "process/module.hpp"

namespace patchbay::process {
namespace {

/// A module `name` of the n-th generation.
struct generation {
  generation(const std::string& name, int n)
      : text(name), code(table_of(text), "app", "1.0." + std::to_string(n), group) {
    group.label = "g" + std::to_string(n);
  }
  const pb_module& table_of(const std::string& name) {
    table.name = {name.data(), name.size()};
    return table;
  }
  std::string text;
  pb_module table{};
  process_group group;
  module code;
};

TEST(labels, are_the_same_for_the_same_generation_and_others_for_others) {
  labels all;
  generation first("server", 1);
  generation second("server", 2);
  generation other("sup", 1);
  const auto id = all.of(first.code);
  EXPECT_EQ(all.of(first.code), id);
  EXPECT_NE(all.of(second.code), id);
  EXPECT_NE(all.of(other.code), id);
  EXPECT_NE(all.of(other.code), all.of(second.code));
  EXPECT_EQ(all.of(first.code), id) << "whatever came meanwhile";
  EXPECT_EQ(all.get(id).generation, "g1");
  EXPECT_EQ(all.get(id).version, "1.0.1");
  EXPECT_EQ(all.get(all.of(other.code)).module, "sup");
  EXPECT_EQ(all.get(1000).application, "") << "nobody's";
}

TEST(labels, of_a_module_that_is_loaded_again_and_again_stay_few) {
  labels all;
  generation steady("steady", 0);
  const auto id = all.of(steady.code);
  std::deque<generation> loaded;
  std::uint32_t highest = 0;
  for (int n = 1; n <= 1000; ++n) {
    loaded.emplace_back("server", n);
    const auto given = all.of(loaded.back().code);
    highest = std::max(highest, given);
    EXPECT_EQ(all.get(given).generation, loaded.back().group.label);
    // Those that may still live are called what they were.
    if (n >= 6) {
      EXPECT_EQ(all.get(all.of(loaded[loaded.size() - 6].code)).generation, "g" + std::to_string(n - 5));
    }
  }
  EXPECT_EQ(highest, labels::kept) << "and one of the other module";
  EXPECT_EQ(all.get(id).module, "steady");
  EXPECT_EQ(all.of(steady.code), id);
}

}  // namespace
}  // namespace patchbay::process
