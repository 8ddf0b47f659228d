// Reading args and writing them.
#include <gtest/gtest.h>

#include <patchbay/arg_list.hpp>
#include <patchbay/args.hpp>

#include "fake_host.hpp"

namespace {

pb_value of_int(std::int64_t value) { return {PB_VALUE_INT, 0, value, 0, {}, nullptr}; }
pb_value of_text(std::string_view text) { return {PB_VALUE_STRING, 0, 0, 0, {text.data(), text.size()}, nullptr}; }

class args : public testing::Test {
 protected:
  sdk_test::fake_host host;
  pb_args list;
  pb_args table;
  patchbay::args read{&table};
  void SetUp() override {
    list.entries = {{"", of_int(3)}, {"", of_int(4)}};
    table.entries = {{"n", of_int(300)},
                     {"yes", {PB_VALUE_BOOL, 1, 0, 0, {}, nullptr}},
                     {"ratio", {PB_VALUE_FLOAT, 0, 0, 0.5, {}, nullptr}},
                     {"name", of_text("x")},
                     {"list", {PB_VALUE_LIST, 0, 0, 0, {}, &list}}};
    table.json = R"({"n":300})";
  }
  template <class T>
  std::string refusal(std::string_view key) {
    try {
      (void)read.get<T>(key);
    } catch (const std::invalid_argument& error) {
      return error.what();
    }
    return "none";
  }
};

TEST_F(args, values) {
  EXPECT_EQ(read.get<int>("n"), 300);
  EXPECT_EQ(read.get<std::uint16_t>("n", 7), 300);
  EXPECT_TRUE(read.get<bool>("yes"));
  EXPECT_EQ(read.get<double>("ratio"), 0.5);
  EXPECT_EQ(read.get<double>("n"), 300.0);
  EXPECT_EQ(read.get<std::string>("name"), "x");
  EXPECT_EQ(read.get<std::string_view>("name"), "x");
  EXPECT_EQ(read.get<std::vector<int>>("list"), (std::vector{3, 4}));
  EXPECT_EQ(read.get<patchbay::args>("list").size(), 2u);
  EXPECT_EQ(read.get<patchbay::args>("list").at<int>(1), 4);
  EXPECT_EQ(read.key(3), "name");
  EXPECT_TRUE(read.has("n"));
  EXPECT_FALSE(read.has("m"));
}
TEST_F(args, absent_and_wrong) {
  EXPECT_EQ(read.get<int>("m", 5), 5);
  EXPECT_EQ(refusal<int>("m"), "args: key \"m\" is missing");
  EXPECT_EQ(refusal<int>("name"), "args: key \"name\" is a string, not an integer");
  EXPECT_EQ(refusal<std::int8_t>("n"), "args: key \"n\" is 300, which is out of range");
  EXPECT_EQ(refusal<std::vector<int>>("n"), "args: key \"n\" is an integer, not a list");
  EXPECT_THROW((void)read.get<int>("name", 5), std::invalid_argument);
  EXPECT_THROW((void)read.at<int>(17), std::invalid_argument);
  EXPECT_EQ(patchbay::args().get<int>("n", 1), 1);
}

TEST_F(args, writing) {
  using patchbay::arg_list;
  EXPECT_EQ(arg_list().json(), "{}");
  EXPECT_EQ((arg_list{{"a", 1},
                      {"b", "q\"\n"},
                      {"c", true},
                      {"d", 2.5},
                      {"e", 2.0},
                      {"f", arg_list{{"g", -1}}},
                      {"h", std::vector{1, 2}},
                      {"i", std::vector<std::string>{}}}
                 .json()),
            R"({"a":1,"b":"q\"\u000a","c":true,"d":2.5,"e":2.0,"f":{"g":-1},"h":[1,2],"i":[]})");
  EXPECT_EQ(arg_list(read).json(), R"({"n":300})");
  EXPECT_THROW((arg_list{{"a", 1}, {"a", 2}}), std::invalid_argument);
  EXPECT_THROW((arg_list{{"a", 1.0 / 0.0}}), std::invalid_argument);
}

}  // namespace
