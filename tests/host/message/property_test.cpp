// What must hold for every schema and value, tried on many.
#include <gtest/gtest.h>

#include <chrono>

#include "message/blob.hpp"
#include "message/codec.hpp"
#include "random_values.hpp"

namespace patchbay::message {
namespace {

TEST(message_properties, a_value_survives_the_way_through_bytes) {
  random_values random(20261120);
  std::size_t whole = 0;
  for (int i = 0; i < 4000; ++i) {
    const auto text = random.schema_text();
    const auto as = parse_schema(text);
    ASSERT_TRUE(as.ok()) << text << "\n" << as.failure().text;
    const auto value = random.value(*as);
    const auto bytes = json_to_binary(*as, value);
    ASSERT_TRUE(bytes.ok()) << text << "\n" << value << "\n" << bytes.failure().text;
    ASSERT_GE(bytes->size(), as->root().least_bytes) << text;
    const auto back = binary_to_json(*as, *bytes);
    ASSERT_TRUE(back.ok()) << text << "\n" << value << "\n" << back.failure().text;
    ASSERT_EQ(*back, value) << text;
    const auto again = json_to_binary(*as, *back);
    ASSERT_TRUE(again.ok());
    ASSERT_EQ(*again, *bytes) << text << "\n" << value;
    whole += bytes->size() > 16 ? 1 : 0;
  }
  EXPECT_GT(whole, 400U) << "the generator makes only trifles";
}

TEST(message_properties, the_canonical_form_does_not_know_the_order_of_unordered_elements) {
  random_values random(7);
  std::size_t reordered = 0;
  for (int i = 0; i < 4000; ++i) {
    const auto as = parse_schema(random.schema_text());
    ASSERT_TRUE(as.ok());
    const auto value = random.value(*as);
    const auto one = json_to_binary(*as, value);
    const auto other = json_to_binary(*as, random.shuffled(*as, value));
    ASSERT_TRUE(one.ok() && other.ok());
    const auto form = canonical(*as, *one);
    const auto same = canonical(*as, *other);
    ASSERT_TRUE(form.ok() && same.ok());
    ASSERT_EQ(*form, *same) << as->text << "\n" << value;
    ASSERT_EQ(form->size(), one->size());
    const auto twice = canonical(*as, *form);
    ASSERT_TRUE(twice.ok());
    ASSERT_EQ(*twice, *form);
    reordered += *one != *other ? 1 : 0;
  }
  EXPECT_GT(reordered, 50U) << "nothing was shuffled";
}

TEST(message_properties, damaged_bytes_are_refused_or_read_but_never_trusted) {
  random_values random(42);
  std::size_t refused = 0;
  std::size_t rounds = 0;
  while (rounds < 100'000) {
    const auto as = parse_schema(random.schema_text());
    ASSERT_TRUE(as.ok());
    const auto bytes = json_to_binary(*as, random.value(*as));
    ASSERT_TRUE(bytes.ok());
    for (int i = 0; i < 50; ++i, ++rounds) {
      const auto hostile = random.damaged(*bytes);
      const auto read = binary_to_json(*as, hostile);
      const auto form = canonical(*as, hostile);
      // A doubled key of a JSON object concerns one and not the other.
      if (read.ok() || read.failure().code != "duplicate_key") {
        ASSERT_EQ(read.ok(), form.ok()) << as->text;
      }
      if (form.ok()) {
        ASSERT_EQ(form->size(), hostile.size());
      } else {
        ASSERT_FALSE(form.failure().text.empty());
        ++refused;
      }
    }
  }
  EXPECT_GT(refused, rounds / 4);
}

TEST(message_properties, no_damage_to_a_blob_goes_unseen) {
  random_values random(99);
  const auto whole = write_blob({"sequence/sequence_server.bump", 3, 0x1234}, std::string(40, 'x'));
  ASSERT_TRUE(whole.ok());
  for (std::size_t at = 0; at < whole->size(); ++at)
    for (int bit = 0; bit < 8; ++bit) {
      auto bytes = *whole;
      bytes[at] = static_cast<char>(bytes[at] ^ (1 << bit));
      ASSERT_FALSE(read_blob(bytes).ok()) << at << "." << bit;
    }
  for (std::size_t size = 0; size < whole->size(); ++size) {
    const auto cut = read_blob(std::string_view(*whole).substr(0, size));
    ASSERT_FALSE(cut.ok());
    ASSERT_EQ(cut.failure().code, "truncated");
  }
  for (int i = 0; i < 100'000; ++i) {
    const auto bytes = random.damaged(*whole);
    ASSERT_EQ(read_blob(bytes).ok(), bytes == *whole);
  }
}

TEST(message_properties, damaged_schemas_are_refused_or_whole) {
  random_values random(5);
  for (int i = 0; i < 20'000; ++i) {
    const auto as = parse_schema(random.damaged(random.schema_text()));
    if (!as) {
      ASSERT_EQ(as.failure().code, "bad_schema");
      continue;
    }
    ASSERT_FALSE(describe(*as).empty());
    ASSERT_FALSE(as->nodes.empty());
  }
}

}  // namespace
}  // namespace patchbay::message
