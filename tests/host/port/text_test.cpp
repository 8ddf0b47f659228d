#include "port/text.hpp"

#include <gtest/gtest.h>

#include <array>
#include <vector>

namespace patchbay::port {
namespace {

constexpr std::array<std::string_view, 5> known = {"next_number", "set_number", "factors", "val", "by"};

TEST(nearest_name, is_the_one_that_was_meant) {
  EXPECT_EQ(nearest_name("next_nubmer", known), "next_number");
  EXPECT_EQ(nearest_name("nextnumber", known), "next_number");
  EXPECT_EQ(nearest_name("sett_number", known), "set_number");
  EXPECT_EQ(nearest_name("Factor", known), "factors");
  EXPECT_EQ(nearest_name("vla", known), "val");
  EXPECT_EQ(nearest_name("yb", known), "by");
}

TEST(nearest_name, is_empty_where_none_is_near) {
  EXPECT_EQ(nearest_name("terminate", known), "");
  EXPECT_EQ(nearest_name("xy1", known), "");
  EXPECT_EQ(nearest_name("", known), "");
  EXPECT_EQ(nearest_name("a", std::vector<std::string>{"b"}), "");
  EXPECT_EQ(nearest_name("word", std::vector<std::string>{}), "");
  EXPECT_EQ(nearest_name(std::string(1'000'000, 'x'), known), "");
}

TEST(nearest_name, is_the_first_of_equals) {
  EXPECT_EQ(nearest_name("tail", std::vector<std::string>{"tall", "tain"}), "tall");
}

TEST(texts, for_errors) {
  EXPECT_EQ(did_you_mean("valu", known), "; did you mean val?");
  EXPECT_EQ(did_you_mean("nothing like it", known), "");
  EXPECT_EQ(list_names(known), "next_number, set_number, factors, val, by");
  EXPECT_EQ(list_names(std::vector<std::string>{}), "none");
}

TEST(shortened, keeps_both_ends_and_tells_the_length) {
  EXPECT_EQ(shortened(""), "");
  EXPECT_EQ(shortened(std::string(200, 'x')), std::string(200, 'x'));
  const std::string cut = shortened("begin" + std::string(1 << 20, 'x') + "end");
  EXPECT_LT(cut.size(), 220U);
  EXPECT_TRUE(cut.starts_with("beginxx")) << cut;
  EXPECT_TRUE(cut.ends_with("xxend")) << cut;
  EXPECT_NE(cut.find("(1048584 bytes)"), std::string::npos) << cut;
}

TEST(shortened, cuts_between_characters) {
  for (std::size_t before = 0; before < 4; ++before) {
    std::string text(before, 'x');
    for (int i = 0; i < 100; ++i) text += "\u20ac";
    const std::string cut = shortened(text);
    const auto head = cut.substr(0, cut.find(' '));
    EXPECT_EQ((head.size() - before) % 3, 0U) << cut;
    const auto tail = cut.substr(cut.rfind(' ') + 1);
    EXPECT_EQ(tail.size() % 3, 0U) << cut;
  }
  EXPECT_LT(shortened(std::string(1000, '\x80')).size(), 220U) << "bytes that are no UTF-8";
}

}  // namespace
}  // namespace patchbay::port
