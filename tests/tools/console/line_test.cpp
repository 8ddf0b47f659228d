#include "line.hpp"

#include <gtest/gtest.h>

namespace console {
namespace {

using list = std::vector<std::string>;

list cut(std::string_view line) {
  const auto got = split(line);
  return got ? *got : list{got.failure().text};
}

TEST(split, cuts_at_blanks_but_not_inside_values) {
  EXPECT_EQ(cut("  call  sequence next_number\t"), (list{"call", "sequence", "next_number"}));
  EXPECT_EQ(cut(R"(call s set {"n": 5, "of": [1, 2]} x)"),
            (list{"call", "s", "set", R"({"n": 5, "of": [1, 2]})", "x"}));
  EXPECT_EQ(cut(R"(call s set name="a b" k=[1, 2])"), (list{"call", "s", "set", R"(name="a b")", "k=[1, 2]"}));
  EXPECT_EQ(cut(R"({"brace in text": "}"})"), (list{R"({"brace in text": "}"})"}));
  EXPECT_TRUE(cut("").empty());
}

TEST(split, refuses_what_is_not_closed) {
  EXPECT_EQ(split("call s set {\"n\": 5").failure().code, "bad_line");
  EXPECT_EQ(split("call s set \"open").failure().code, "bad_line");
}

TEST(fields, are_one_object_or_names_and_values) {
  EXPECT_EQ(*fields({"call", "s", "m"}, 3), json::object());
  EXPECT_EQ(*fields({"m", R"({"a": 1})"}, 1), (json{{"a", 1}}));
  EXPECT_EQ(*fields({"a=1", "b=text", R"(c="2")", "d=[1]", "e=true", "f="}, 0),
            (json{{"a", 1}, {"b", "text"}, {"c", "2"}, {"d", {1}}, {"e", true}, {"f", ""}}));
}

TEST(fields, refuses_what_is_neither) {
  for (const auto& each :
       std::vector<list>{{"plain"}, {"=5"}, {"a=1", "a=2"}, {R"({"a": 1})", "b=2"}, {"{nonsense}"}}) {
    EXPECT_FALSE(fields(each, 0)) << each.front();
  }
}

}  // namespace
}  // namespace console
