#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "code/facts/facts.hpp"
#include "sample_table.hpp"

namespace patchbay::code {
namespace {

plugin_facts sample() {
  const sample_table table;
  auto facts = facts_of(table.plugin, "00ff").value();
  facts.sha256 = "ba78";
  return facts;
}

TEST(facts_json, gives_back_the_same_facts_and_bytes) {
  const auto facts = sample();
  const auto text = to_json(facts);
  EXPECT_EQ(text.back(), '\n');
  const auto back = facts_from_json(text, "counter.facts.json");
  ASSERT_TRUE(back.ok()) << back.failure().text;
  EXPECT_EQ(*back, facts);
  EXPECT_EQ(to_json(*back), text);
}

struct edit {
  const char* from;
  const char* to;
  const char* says;
};

void PrintTo(const edit& of, std::ostream* out) { *out << of.says; }

class edited_facts : public ::testing::TestWithParam<edit> {};

TEST_P(edited_facts, are_refused_with_file_and_path) {
  auto text = to_json(sample());
  const std::string from = GetParam().from;
  const auto at = text.find(from);
  ASSERT_NE(at, std::string::npos);
  text.replace(at, from.size(), GetParam().to);
  const auto back = facts_from_json(text, "dir/counter.facts.json");
  ASSERT_FALSE(back.ok());
  EXPECT_EQ(back.failure().code, "bad_facts");
  EXPECT_EQ(back.failure().text.find("dir/counter.facts.json: "), 0U);
  EXPECT_NE(back.failure().text.find(GetParam().says), std::string::npos) << back.failure().text;
}

INSTANTIATE_TEST_SUITE_P(
    json, edited_facts,
    ::testing::Values(
        edit{"{", "", "not JSON"}, edit{"\"facts\": 1", "\"facts\": 2", "$.facts: format 2"},
        edit{"\"application\"", "\"aplication\"", "unknown key \"aplication\"; did you mean application?"},
        edit{"\"toolchain\": \"gcc-12 libstdc++\",", "", "key \"toolchain\" is missing"},
        edit{"\"version\": \"2.0.0\"", "\"version\": 2", "$.version: expected a text"},
        edit{"\"abi_major\": 1", "\"abi_major\": 4294967296", "$.abi_major: expected a whole number"},
        edit{"\"abi_minor\": 0", "\"abi_minor\": -1", "$.abi_minor: expected a whole number"},
        edit{"\"gen_server\"", "\"gen_sever\"",
             "$.modules[0].behaviour: unknown word \"gen_sever\"; did you mean gen_server?"},
        edit{"\"kind\": \"cast\"", "\"kind\": \"casts\"", "$.modules[0].messages[1].kind: unknown word"},
        edit{"\"up\": true", "\"up\": 1", "$.modules[0].migrations[0].up: expected true or false"},
        edit{"\"name\": \"counter/counter.bump\"", "\"name\": \"\"", "$.modules[0].messages[0].type.name: empty"},
        edit{"\"abi_minor\": 0", "\"abi_minor\": 0, \"abi_minor\": 1", "given twice"},
        edit{"\"imports\": [", "\"imports\": 0, \"x\": [", "unknown key \"x\""}));

TEST(read_facts, reads_a_file_or_names_it) {
  const auto folder = std::filesystem::path(::testing::TempDir()) / "patchbay_facts_test";
  std::filesystem::create_directories(folder);
  const auto file = folder / "counter.facts.json";
  std::ofstream(file, std::ios::binary) << to_json(sample());
  const auto read = read_facts(file);
  ASSERT_TRUE(read.ok()) << read.failure().text;
  EXPECT_EQ(*read, sample());
  for (const auto& wrong : {folder / "missing.json", folder}) {
    const auto failed = read_facts(wrong);
    ASSERT_FALSE(failed.ok());
    EXPECT_EQ(failed.failure().code, "bad_facts");
    EXPECT_NE(failed.failure().text.find(wrong.string()), std::string::npos);
  }
  std::ofstream(file, std::ios::binary | std::ios::trunc) << "";
  EXPECT_EQ(read_facts(file).failure().code, "bad_facts");
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace patchbay::code
