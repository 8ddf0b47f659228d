// Versions by pattern: which entry is taken, what a pattern may be, and that none takes long.
#include "release/plan/appup_pattern.hpp"

#include <gtest/gtest.h>

#include <chrono>

#include "host/release/plan/fixture.hpp"

namespace patchbay::release {
namespace {

TEST(appup_pattern, matches_the_whole_version_or_nothing) {
  EXPECT_TRUE(pattern_matches(R"(1\.[0-9]+\.0)", "1.12.0"));
  EXPECT_FALSE(pattern_matches(R"(1\.[0-9]+\.0)", "1.12.01"));
  EXPECT_FALSE(pattern_matches(R"(1\.[0-9]+\.0)", "11.12.0"));
  EXPECT_FALSE(pattern_matches(R"(1\.[0-9]+\.0)", "1x12.0"));
  EXPECT_TRUE(pattern_matches(R"(1\.0\.[0-4]|2\..*)", "1.0.3"));
  EXPECT_TRUE(pattern_matches(R"(1\.0\.[0-4]|2\..*)", "2.7-rc1"));
  EXPECT_FALSE(pattern_matches(R"(1\.0\.[0-4]|2\..*)", "1.0.3.1"));
  EXPECT_TRUE(pattern_matches(R"((?:\d{1,3}\.){2}\d{1,3}\+[[:alpha:]_]*)", "1.20.300+a_b"));
  EXPECT_TRUE(pattern_matches("[0-9a-f]{40}", std::string(40, 'e')));
  EXPECT_FALSE(pattern_matches("[", "["));
}

TEST(appup_pattern, with_a_fault_is_told_what_to_do) {
  EXPECT_EQ(pattern_fault(R"(1\.\d+)"), "");
  EXPECT_EQ(pattern_fault(std::string(200, '1')), "");
  EXPECT_EQ(pattern_fault(std::string(201, '1')), "has 201 characters, at most 200 are taken; write two entries");
  EXPECT_NE(pattern_fault("1.[0").find("is no regular expression: "), std::string::npos) << pattern_fault("1.[0");
  EXPECT_NE(pattern_fault("1.[0").find("write one of ECMAScript"), std::string::npos);
  EXPECT_NE(pattern_fault("*").find("is no regular expression"), std::string::npos) << pattern_fault("*");
  EXPECT_NE(pattern_fault(R"((1)\1)").find("refers back to a group"), std::string::npos) << pattern_fault(R"((1)\1)");
  EXPECT_NE(pattern_fault("1(?!2).*").find("looks ahead"), std::string::npos);
  EXPECT_NE(pattern_fault("1\n").find("printable ASCII"), std::string::npos);
  EXPECT_NE(pattern_fault(std::string("1\0", 2)).find("printable ASCII"), std::string::npos);
  EXPECT_NE(pattern_fault("1ä").find("printable ASCII"), std::string::npos);
}

// Each of these backtracks for ages, or becomes an automaton deeper than a stack, where nothing bounds it.
TEST(appup_pattern, that_is_hostile_takes_no_time) {
  const auto started = std::chrono::steady_clock::now();
  const std::string version(64, 'a');
  for (const char* each : {"(a|a)*b", "(a*)*b", "((a+)+)+b", "(((((((((a|a?)*)*)*)*)*)*)*)*)*b", "(.*.*.*.*.*)*b",
                           "(a?){400}b", "((a?){16}){16}b"}) {
    EXPECT_EQ(pattern_fault(each), "") << each;
    EXPECT_FALSE(pattern_matches(each, version)) << each;
  }
  for (const char* each : {"((((a?){9}){9}){9}){9}b", "(a?){99999}", "(a{999}){999}", "a{0,4000}b", "a{4000,}b",
                           "a{99999999999999999999999}", "(?=.*(?=.*(?=.*(?=.*b))))a"}) {
    EXPECT_NE(pattern_fault(each), "") << each;
    EXPECT_FALSE(pattern_matches(each, version)) << each;
  }
  EXPECT_LT(std::chrono::steady_clock::now() - started, std::chrono::seconds(20));
}

TEST(appup_entries, are_looked_through_in_the_order_of_the_file) {
  const fixture::temp_dir dir;
  const auto file = dir.path() / "counter.appup.toml";
  fixture::write(
      file,
      "vsn = \"2\"\nup = [{ from = \"1.0\", instructions = [] }, { from_pattern = '1\\..*', instructions = [] },"
      " { from = \"1.1\", instructions = [] }, { from_pattern = '.*', instructions = [] }]\n");
  const auto read = read_appup(file);
  ASSERT_TRUE(read.ok()) << read.failure().text;
  const auto& up = read->up;
  ASSERT_EQ(up.size(), 4U);
  EXPECT_FALSE(up[0].is_pattern);
  EXPECT_TRUE(up[1].is_pattern);
  EXPECT_EQ(up[1].other, R"(1\..*)");
  EXPECT_EQ(find_entry(up, "1.0"), &up[0]);
  EXPECT_EQ(find_entry(up, "1.1"), &up[1]) << "the first that matches, exact or not";
  EXPECT_EQ(find_entry(up, "1"), &up[3]);
  EXPECT_EQ(find_entry(read->down, "1.0"), nullptr);
}

// A dot of an exact version is a dot.
TEST(appup_entries, with_an_exact_version_are_no_patterns) {
  EXPECT_FALSE((appup_file::entry{"1.0.0", {}}.matches("1x0x0")));
  EXPECT_TRUE((appup_file::entry{"1.0.0", {}}.matches("1.0.0")));
}

struct by_patterns {
  application_view v1 = fixture::sequence_1();
  application_view v2 = fixture::sequence_2();
  by_patterns() {
    for (auto* entries : {&v2.appup.up, &v2.appup.down}) {
      entries->front().other = R"(1\.\d+\.\d+)";
      entries->front().is_pattern = true;
    }
  }
  [[nodiscard]] release_view first() const { return fixture::release("1.0.0", {v1}); }
  [[nodiscard]] release_view second() const { return fixture::release("2.0.0", {v2}); }
};

TEST(appup_entries, by_pattern_make_plans_of_concrete_versions) {
  const by_patterns of;
  const auto up = make_plan(of.first(), of.second());
  ASSERT_TRUE(up.ok()) << up.failure().text;
  EXPECT_EQ(up->applications[0].from_version, "1.0.0");
  EXPECT_EQ(up->applications[0].modules[0].action, module_action::advanced);
  EXPECT_TRUE(up->way_back) << up->way_back_refusal;
  const auto down = make_plan(of.second(), of.first());
  ASSERT_TRUE(down.ok()) << down.failure().text;
  EXPECT_EQ(down->applications[0].way, direction::down);
  EXPECT_EQ(down->applications[0].modules[0].lossy, std::vector<std::string>{"delta"});
}

TEST(appup_entries, by_pattern_give_way_to_one_before_them) {
  by_patterns of;
  of.v2.appup.up.insert(of.v2.appup.up.begin(), appup_file::entry{"1.0.0", {}});
  EXPECT_EQ(make_plan(of.first(), of.second()).failure().code, "schema_changed") << "load_module is implied there";
  std::swap(of.v2.appup.up[0], of.v2.appup.up[1]);
  const auto up = make_plan(of.first(), of.second());
  EXPECT_TRUE(up.ok()) << up.failure().text;
}

// The way back is looked at through the same entry that it would take.
TEST(appup_entries, by_pattern_are_asked_what_going_down_loses) {
  by_patterns of;
  of.v2.appup.down[0].instructions[0].lossy.clear();
  const auto refused = make_plan(of.first(), of.second());
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.failure().code, "undeclared_loss") << refused.failure().text;
  of.v2.appup.down.push_back(
      {"1.0.0", {{instruction_kind::update, "sequence_server", change_kind::advanced, {"delta"}}}});
  EXPECT_EQ(make_plan(of.first(), of.second()).failure().code, "undeclared_loss") << "the first one is taken";
  std::swap(of.v2.appup.down[0], of.v2.appup.down[1]);
  const auto up = make_plan(of.first(), of.second());
  EXPECT_TRUE(up.ok()) << up.failure().text;
}

TEST(appup_entries, by_pattern_are_named_where_none_matches) {
  by_patterns of;
  of.v1.app.vsn = "3.0.0";
  of.v2.appup.up.push_back({"0.9.0", {}});
  const auto refused = make_plan(of.first(), of.second());
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.failure().code, "no_matching_relup");
  EXPECT_NE(refused.failure().text.find(R"(goes up from: versions like '1\.\d+\.\d+', 0.9.0; )"), std::string::npos)
      << refused.failure().text;
}

TEST(appup_entries, by_pattern_name_modules_that_exist) {
  by_patterns of;
  const fixture::temp_dir dir;
  fixture::write_release(dir.path(), of.second());
  const auto read = read_release(dir.path());
  ASSERT_TRUE(read.ok()) << read.failure().text;
  EXPECT_TRUE(read->applications[0].appup.down[0].is_pattern);
  of.v2.appup.up[0].instructions[0].module = "sequence_serve";
  fixture::write_release(dir.path(), of.second());
  const auto refused = read_release(dir.path());
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.failure().code, "undef_module");
  EXPECT_NE(
      refused.failure().text.find(
          R"(up from versions like '1\.\d+\.\d+': names module "sequence_serve", which version 2.0.0 does not have)"),
      std::string::npos)
      << refused.failure().text;
}

}  // namespace
}  // namespace patchbay::release
