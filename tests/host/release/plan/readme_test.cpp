// The README's examples are one release and one configuration: they are cut out of it, written down and read.
#include <gtest/gtest.h>

#include "host/release/plan/fixture.hpp"

namespace patchbay::release {
namespace {

// The TOML under the heading that begins with this file name.
std::string example(const std::string& readme, const std::string& file) {
  const auto heading = readme.find("## `" + file + "`");
  if (heading == std::string::npos) return {};
  const std::string open = "```toml\n";
  const auto begin = readme.find(open, heading);
  const auto end = readme.find("```", begin + open.size());
  const auto next = readme.find("\n## ", heading);
  if (begin == std::string::npos || end == std::string::npos || begin > next) return {};
  return readme.substr(begin + open.size(), end - begin - open.size());
}

class readme : public testing::Test {
 protected:
  void SetUp() override {
    text_ = fixture::read(PATCHBAY_PLAN_README);
    ASSERT_FALSE(text_.empty());
  }
  std::string text_;
  fixture::temp_dir dir_;
};

TEST_F(readme, s_release_is_whole) {
  const auto lib = dir_.path() / "lib/sequence-2.0.0";
  auto view = fixture::sequence_2();
  fixture::write(dir_.path() / "release.toml", example(text_, "release.toml"));
  fixture::write(lib / "sequence.app.toml", example(text_, "NAME.app.toml"));
  fixture::write(lib / "sequence.appup.toml", example(text_, "NAME.appup.toml"));
  fixture::write(lib / "sequence.facts.json", code::to_json(view.facts));
  fixture::write(lib / "sequence.so", "");
  const auto read = read_release(dir_.path());
  ASSERT_TRUE(read.ok()) << read.failure().text;
  ASSERT_EQ(read->applications.size(), 1U);
  const auto& sequence = read->applications[0];
  EXPECT_EQ(sequence.app.mod_module, "sequence_sup");
  EXPECT_EQ(sequence.env, json({{"start_at", 500}, {"step", 1}}));
  const auto up = make_plan(fixture::release("1.0.0", {fixture::sequence_1()}), *read);
  ASSERT_TRUE(up.ok()) << up.failure().text;
  EXPECT_TRUE(up->way_back) << up->way_back_refusal;

  auto candidate = fixture::sequence_2();
  candidate.app.vsn = "2.0.0-rc12";
  candidate.appup = {};
  const auto on = make_plan(fixture::release("2.0.0-rc12", {candidate}), *read);
  ASSERT_TRUE(on.ok()) << on.failure().text;
  EXPECT_TRUE(on->way_back) << on->way_back_refusal;
}

TEST_F(readme, s_configuration_is_read) {
  fixture::write(dir_.path() / "patchbay.toml", example(text_, "patchbay.toml"));
  const auto config = read_host_config(dir_.path() / "patchbay.toml");
  ASSERT_TRUE(config.ok()) << config.failure().text;
  EXPECT_EQ(config->workers, 4U);
  EXPECT_EQ(config->allowed_needed, std::vector<std::string>{"libz.so.1"});
  EXPECT_EQ(config->log_level, "debug");
  EXPECT_EQ(config->generations_limit_mb, 256U);
  EXPECT_EQ(config->canary_memory_mb, 2048U);
  EXPECT_EQ(config->canary_reserve_mb, 128U);
  EXPECT_EQ(config->trusted_keys.size(), 1U);
  EXPECT_EQ(config->log_format, "json");
  EXPECT_EQ(config->log_file, "host.log");
  EXPECT_EQ(config->log_max_size, 1048576U);
  EXPECT_EQ(config->log_max_files, 3U);
  EXPECT_TRUE(config->log_hide.empty());
  EXPECT_EQ(config->redact, std::vector<std::string>{"password"});
}

}  // namespace
}  // namespace patchbay::release
