#include "fixture.hpp"
#include "port/files.hpp"

namespace patchbay::code {
namespace {

using generations = code_server_fixture;

TEST_F(generations, a_loaded_one_serves_when_it_is_published) {
  auto* first = load("good");
  ASSERT_NE(first, nullptr);
  EXPECT_EQ(first->label(), "sample-1.0.0 (g1)");
  EXPECT_EQ(first->group.label, "g1");
  EXPECT_EQ(server_->current("sample"), nullptr);
  EXPECT_EQ(server_->find_module("sample/sample_server", ""), nullptr);
  server_->publish(*first);
  EXPECT_EQ(server_->current("sample"), first);
  auto* module = server_->find_module("sample_server", "sample");
  ASSERT_NE(module, nullptr);
  EXPECT_EQ(module, server_->find_module("sample/sample_server", "other"));
  EXPECT_EQ(module->version(), "1.0.0");
  EXPECT_NE(module->table().state->host_id, 0U);
  EXPECT_NE(module->table().state->host_layout_id, 0U);
  EXPECT_EQ(server_->find_module("sample_server", "other"), nullptr);
  EXPECT_EQ(server_->find_module("another", "sample"), nullptr);

  auto* second = load("good_2", "2.0.0");
  ASSERT_NE(second, nullptr);
  EXPECT_EQ(server_->current("sample"), first);
  server_->publish(*second);
  EXPECT_EQ(server_->current("sample"), second);
  EXPECT_EQ(first->status, generation_status::retired);
  EXPECT_EQ(server_->generations(), (std::vector<generation*>{first, second}));
  // Same name, same layout, same tool chain: one type to the host.
  EXPECT_EQ(first->find("sample_server")->table().state->host_layout_id,
            second->find("sample_server")->table().state->host_layout_id);
  EXPECT_NE(first->table, second->table);
}

TEST_F(generations, a_third_is_refused_and_the_holder_named) {
  auto* first = load("good");
  ASSERT_NE(first, nullptr);
  server_->publish(*first);
  auto* second = load("good_2", "2.0.0");
  ASSERT_NE(second, nullptr);
  server_->publish(*second);
  first->group.pin("abandoned migration thread");
  const auto third = server_->load(request("good_3", "3.0.0"));
  ASSERT_FALSE(third);
  EXPECT_EQ(third.failure().code, "third_generation");
  EXPECT_NE(third.failure().text.find("sample-1.0.0 (g1)"), std::string::npos) << third.failure().text;
  EXPECT_NE(third.failure().text.find("abandoned migration thread"), std::string::npos) << third.failure().text;
  first->group.unpin("abandoned migration thread");
  ASSERT_TRUE(server_->purge(*first, {}).unmapped);
  EXPECT_NE(load("good_3", "3.0.0"), nullptr);
}

TEST_F(generations, those_that_never_served_do_not_count_up_to_four) {
  auto* serving = load("good");
  ASSERT_NE(serving, nullptr);
  server_->publish(*serving);
  generation* aborted = nullptr;
  for (int i = 0; i < 4; ++i) {
    aborted = load("good_2", "2.0.0");
    ASSERT_NE(aborted, nullptr);
    server_->abandon(*aborted);
  }
  EXPECT_EQ(server_->load(request("good_2", "2.0.0")).failure().code, "generations_pinned");
  ASSERT_TRUE(server_->purge(*aborted, {}).unmapped);
  EXPECT_NE(load("good_2", "2.0.0"), nullptr);
}

TEST_F(generations, one_version_is_one_build) {
  ASSERT_NE(load("good"), nullptr);
  const auto rebuilt = server_->load(request("good_rebuilt"));
  ASSERT_FALSE(rebuilt);
  EXPECT_EQ(rebuilt.failure().code, "build_id_conflict");
  EXPECT_EQ(copies().size(), 1U);
}

TEST_F(generations, the_file_may_change_while_it_is_loaded) {
  const auto library = directory_ / "sample.so";
  const auto good = port::read_file(std::filesystem::path(CASES_DIR) / "good.so").value();
  ASSERT_TRUE(port::write_file_atomic(library, good));
  auto loaded = server_->load(request_file(library));
  ASSERT_TRUE(loaded) << loaded.failure().text;
  {  // over the very same inode, as a careless copy does
    const auto before = port::identify(library).value();
    std::filesystem::resize_file(library, 10);
    EXPECT_EQ(port::identify(library).value(), before);
  }
  std::int64_t number = 1;
  EXPECT_EQ((*loaded)->find("sample_server")->table().init(nullptr, &number, nullptr), PB_OK);
  server_->abandon(**loaded);
  EXPECT_TRUE(server_->purge(**loaded, {}).unmapped);
}

TEST_F(generations, ranges_name_what_is_mapped) {
  auto* first = load("good");
  ASSERT_NE(first, nullptr);
  const auto ranges = server_->ranges();
  ASSERT_EQ(ranges.size(), 1U);
  EXPECT_EQ(ranges[0].label, "sample-1.0.0 (g1)");
  const auto table = reinterpret_cast<std::uintptr_t>(first->table);
  EXPECT_TRUE(ranges[0].begin < table && table < ranges[0].end);
}

}  // namespace
}  // namespace patchbay::code
