#include "release/rehearse/canary_wire.hpp"

#include <gtest/gtest.h>

namespace patchbay::release {
namespace {

TEST(canary_task, comes_over_whole) {
  canary_task sent;
  sent.libraries = {{"/a b/x-1.so", "x", "1.0.0", {{"limit", 3}}},
                    {"/a b/x-2.so", "x", "2.0.0", nlohmann::json::object()}};
  sent.ways = {{0, 1, "server", true, true, {"total", "items[].note"}}, {0, 1, "sup", true, false, {}}};
  sent.memory_bytes = std::uint64_t{1} << 40U;
  const auto got = read_task(to_text(sent));
  ASSERT_TRUE(got.ok()) << got.failure().text;
  ASSERT_EQ(got->libraries.size(), 2U);
  EXPECT_EQ(got->libraries[0].path, "/a b/x-1.so");
  EXPECT_EQ(got->libraries[0].config["limit"], 3);
  EXPECT_EQ(got->libraries[1].version, "2.0.0");
  ASSERT_EQ(got->ways.size(), 2U);
  EXPECT_EQ(got->ways[0].lossy, (std::vector<std::string>{"total", "items[].note"}));
  EXPECT_TRUE(got->ways[0].advanced);
  EXPECT_FALSE(got->ways[1].advanced);
  EXPECT_EQ(got->memory_bytes, std::uint64_t{1} << 40U);
}

TEST(canary_task, what_is_none_is_refused) {
  canary_task sent;
  sent.libraries = {{"/x.so", "x", "1.0.0", nlohmann::json::object()}};
  sent.ways = {{0, 1, "server", true, true, {}}};
  for (const std::string& text : {std::string(), std::string("{}"), std::string("[1"), to_text(sent),
                                  std::string(R"({"libraries":[],"ways":[{"from":"a"}],"memory_bytes":0})")}) {
    EXPECT_EQ(read_task(text).failure().code, "bad_json") << text;
  }
}

TEST(canary_records, come_back_in_order) {
  std::string all;
  add_record(all, 7, "first");
  add_record(all, 0, "");
  add_record(all, 1, std::string(70'000, 'x'));
  std::string_view rest(all);
  auto record = take_record(rest);
  ASSERT_TRUE(record.ok());
  EXPECT_EQ(record->way, 7U);
  EXPECT_EQ(record->state, "first");
  record = take_record(rest);
  ASSERT_TRUE(record.ok());
  EXPECT_TRUE(record->state.empty());
  record = take_record(rest);
  ASSERT_TRUE(record.ok());
  EXPECT_EQ(record->state.size(), 70'000U);
  EXPECT_TRUE(rest.empty());
}

TEST(canary_records, cut_short_anywhere_are_truncated) {
  std::string all;
  add_record(all, 7, "first");
  for (std::size_t size = 0; size < all.size(); ++size) {
    std::string_view rest(all.data(), size);
    EXPECT_EQ(take_record(rest).failure().code, "truncated") << size;
  }
}

TEST(canary_records, a_size_beyond_all_bytes_is_not_believed) {
  std::string all;
  add_record(all, 7, "first");
  all.replace(0, 8, std::string(8, '\xff'));
  std::string_view rest(all);
  EXPECT_EQ(take_record(rest).failure().code, "truncated");
}

}  // namespace
}  // namespace patchbay::release
