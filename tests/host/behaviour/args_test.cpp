// A JSON table as a plugin reads it through pb_host.
#include "behaviour/args.hpp"

#include <cstdint>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "message/envelope.hpp"

namespace patchbay::behaviour {
namespace {

using message::str;
using message::view;

args_table table_of(std::string_view text) {
  auto parsed = args_table::parse(text);
  EXPECT_TRUE(parsed.ok()) << text;
  return parsed ? std::move(parsed.value()) : args_table();
}

pb_value find(const args_table& table, std::string_view key) {
  pb_value value{};
  args_find(nullptr, table.handle(), str(key), &value);
  return value;
}

TEST(args, every_kind_of_value_is_found) {
  const auto table = table_of(R"({"on":true,"n":-7,"x":1.5,"s":"text","t":{"a":1},"l":[1,2,3],"nothing":null})");
  EXPECT_EQ(find(table, "on").kind, PB_VALUE_BOOL);
  EXPECT_EQ(find(table, "on").boolean, 1u);
  EXPECT_EQ(find(table, "n").kind, PB_VALUE_INT);
  EXPECT_EQ(find(table, "n").integer, -7);
  EXPECT_EQ(find(table, "x").kind, PB_VALUE_FLOAT);
  EXPECT_EQ(find(table, "x").number, 1.5);
  EXPECT_EQ(view(find(table, "s").string), "text");
  EXPECT_EQ(find(table, "t").kind, PB_VALUE_TABLE);
  EXPECT_EQ(find(table, "l").kind, PB_VALUE_LIST);
  EXPECT_EQ(find(table, "nothing").kind, PB_VALUE_NONE);
  EXPECT_EQ(find(table, "absent").kind, PB_VALUE_NONE);
  EXPECT_EQ(find(table, "").kind, PB_VALUE_NONE);
}

TEST(args, integers_beyond_int64_become_floats) {
  const auto table =
      table_of(R"({"most":9223372036854775807,"least":-9223372036854775808,"more":9223372036854775808})");
  EXPECT_EQ(find(table, "most").integer, INT64_MAX);
  EXPECT_EQ(find(table, "least").integer, INT64_MIN);
  EXPECT_EQ(find(table, "more").kind, PB_VALUE_FLOAT);
  EXPECT_EQ(find(table, "more").number, 9223372036854775808.0);
}

TEST(args, dots_go_into_tables_and_written_keys_win) {
  const auto table = table_of(R"({"a":{"b":{"c":1},"b.c":2},"x.y":3,"x":{"y":4,"z":5},"x.y.z":null,"p.q":{"r":6}})");
  EXPECT_EQ(find(table, "a.b.c").integer, 2);
  EXPECT_EQ(find(table, "x.y").integer, 3);
  EXPECT_EQ(find(table, "x.z").integer, 5);
  EXPECT_EQ(find(table, "p.q.r").integer, 6);
  EXPECT_EQ(find(table, "x.y.z").kind, PB_VALUE_NONE);
  EXPECT_EQ(find(table, "x.y.z.w").kind, PB_VALUE_NONE);
  for (const auto* odd : {".", "..", "a.", ".a", "a..b"}) EXPECT_EQ(find(table, odd).kind, PB_VALUE_NONE) << odd;
}

TEST(args, nested_tables_and_lists_are_read_in_turn) {
  const auto table = table_of(R"({"list":[10,"two",{"k":[true]}],"zeta":1,"alpha":2})");
  const auto list = find(table, "list");
  ASSERT_EQ(args_size(nullptr, list.table), 3u);
  pb_value element{};
  pb_str key = str("untouched");
  args_at(nullptr, list.table, 1, &key, &element);
  EXPECT_EQ(view(element.string), "two");
  EXPECT_EQ(key.size, 0u);
  args_at(nullptr, list.table, 2, nullptr, &element);
  ASSERT_EQ(element.kind, PB_VALUE_TABLE);
  pb_value inner{};
  args_find(nullptr, element.table, str("k"), &inner);
  EXPECT_EQ(args_size(nullptr, inner.table), 1u);
  args_at(nullptr, list.table, 3, &key, &element);
  EXPECT_EQ(element.kind, PB_VALUE_NONE);

  ASSERT_EQ(args_size(nullptr, table.handle()), 3u);
  args_at(nullptr, table.handle(), 0, &key, &element);
  EXPECT_EQ(view(key), "alpha");
  EXPECT_EQ(element.integer, 2);
}

TEST(args, the_whole_as_json_and_null_as_the_empty_table) {
  const auto table = table_of(R"({"b":1,"a":[null,"ü"]})");
  std::string text;
  const pb_sink sink{&text, [](void* to, const void* data, std::size_t size) {
                       static_cast<std::string*>(to)->append(static_cast<const char*>(data), size);
                     }};
  args_json(nullptr, table.handle(), &sink);
  EXPECT_EQ(text, R"({"a":[null,"ü"],"b":1})");
  text.clear();
  args_json(nullptr, nullptr, &sink);
  EXPECT_EQ(text, "{}");
  EXPECT_EQ(args_size(nullptr, nullptr), 0u);
  pb_value value{};
  value.kind = PB_VALUE_INT;
  args_find(nullptr, nullptr, str("a"), &value);
  EXPECT_EQ(value.kind, PB_VALUE_NONE);
}

TEST(args, a_moved_table_keeps_its_handle_and_strings) {
  auto first = table_of(R"({"s":"kept"})");
  const auto* handle = first.handle();
  const auto text = find(first, "s").string;
  const auto second = std::move(first);
  EXPECT_EQ(second.handle(), handle);
  EXPECT_EQ(find(second, "s").string.data, text.data);
}

TEST(args, only_objects_are_arguments) {
  EXPECT_EQ(args_size(nullptr, table_of("").handle()), 0u);
  for (const auto* bad : {"[]", "1", "null", "{\"a\":", "{\"a\":1,\"a\":2}"}) {
    const auto parsed = args_table::parse(bad);
    ASSERT_FALSE(parsed.ok()) << bad;
    EXPECT_EQ(parsed.failure().code, "bad_json");
  }
}

}  // namespace
}  // namespace patchbay::behaviour
