#include <sys/mman.h>

#include <algorithm>
#include <future>

#include "code/stale_words.hpp"
#include "fixture.hpp"
#include "port/dylib.hpp"
#include "port/memory.hpp"

namespace patchbay::code {
namespace {

using purge = code_server_fixture;
using namespace std::chrono_literals;

TEST_F(purge, only_what_serves_no_more) {
  auto* first = load("good");
  ASSERT_NE(first, nullptr);
  EXPECT_FALSE(server_->purge(*first, {}).unmapped);
  server_->publish(*first);
  const auto report = server_->purge(*first, {});
  EXPECT_FALSE(report.unmapped);
  EXPECT_EQ(report.pinned_by, std::vector<std::string>{"it serves"});
  server_->retire(*first);
  EXPECT_TRUE(server_->purge(*first, {}).unmapped);
  EXPECT_TRUE(server_->generations().empty());
}

TEST_F(purge, is_proven_and_leaves_a_tombstone) {
  auto* first = load("good");
  ASSERT_NE(first, nullptr);
  const auto range = first->library.range();
  const auto build_id = first->build_id;
  server_->abandon(*first);
  const auto report = server_->purge(*first, {});
  ASSERT_TRUE(report.unmapped) << ::testing::PrintToString(report.pinned_by);
  EXPECT_EQ(report.label, "sample-1.0.0 (g1)");
  EXPECT_EQ(report.proof.size(), 3U) << ::testing::PrintToString(report.proof);
  EXPECT_TRUE(nothing_mapped());
  EXPECT_EQ(copies(), std::vector<std::string>{});
  EXPECT_TRUE(std::filesystem::exists(generations_dir() / "by-build-id" / (build_id + ".so")));
  bool held = false;
  const auto mappings = port::read_mappings();
  for (const auto& each : *mappings)
    held = held || (each.range.contains(range.begin) && !each.readable && each.file.inode == 0);
  EXPECT_TRUE(held);
  ASSERT_EQ(server_->ranges().size(), 1U);
  EXPECT_EQ(server_->ranges()[0].label, "sample-1.0.0 (g1), unloaded");
}

TEST_F(purge, names_what_holds_the_code) {
  auto* first = load("good");
  ASSERT_NE(first, nullptr);
  server_->abandon(*first);
  first->group.need();
  first->group.pin("abandoned migration thread");
  const auto report = server_->purge(*first, 5ms);
  EXPECT_FALSE(report.unmapped);
  EXPECT_EQ(report.pinned_by, (std::vector<std::string>{"1 payload or thread", "abandoned migration thread"}));
  EXPECT_TRUE(first->library.is_open());
  EXPECT_NE(first->find("sample_server"), nullptr);
  first->group.unpin("abandoned migration thread");
  first->group.release();
  EXPECT_TRUE(server_->purge(*first, {}).unmapped);
}

TEST_F(purge, waits_for_what_goes_in_time) {
  auto* first = load("good");
  ASSERT_NE(first, nullptr);
  server_->abandon(*first);
  first->group.need();
  auto report = std::async(std::launch::async, [&] { return server_->purge(*first, 60s); });
  EXPECT_EQ(report.wait_for(20ms), std::future_status::timeout);
  first->group.release();
  EXPECT_TRUE(report.get().unmapped);
}

TEST_F(purge, of_several_has_one_patience_and_holds_up_nobody) {
  std::vector<generation*> old;
  for (int i = 0; i < 3; ++i) {
    old.push_back(load("good"));
    ASSERT_NE(old.back(), nullptr);
    server_->abandon(*old.back());
    if (i != 1) old.back()->group.need();
  }
  // Not the sum of their waits, which a busy machine cannot spoil: with 2 s for each it would be at least 4 s.
  const auto begun = std::chrono::steady_clock::now();
  auto reports = server_->purge(old, 2s);
  EXPECT_LT(std::chrono::steady_clock::now() - begun, 3900ms);
  ASSERT_EQ(reports.size(), 3U);
  EXPECT_FALSE(reports[0].unmapped);
  EXPECT_TRUE(reports[1].unmapped) << "it waits for no other";
  EXPECT_EQ(reports[2].pinned_by, std::vector<std::string>{"1 payload or thread"});
  EXPECT_EQ(server_->generations(), (std::vector<generation*>{old[0], old[2]}));
  old[0]->group.release();
  old[2]->group.release();
  for (const auto& report : server_->purge({old[2], old[0]}, 0ms)) EXPECT_TRUE(report.unmapped) << report.label;
}

TEST_F(purge, kept_copies_are_dropped_by_build_id) {
  auto* first = load("good");
  ASSERT_NE(first, nullptr);
  const auto kept = generations_dir() / "by-build-id" / (first->build_id + ".so");
  const std::string build_id = first->build_id;
  EXPECT_EQ(server_->drop_kept({build_id}), 0U) << "it is mapped, not kept";
  server_->abandon(*first);
  ASSERT_TRUE(server_->purge(*first, {}).unmapped);
  ASSERT_TRUE(std::filesystem::exists(kept));
  EXPECT_EQ(server_->drop_kept({"", "0123", build_id}), 1U);
  EXPECT_FALSE(std::filesystem::exists(kept));
}

TEST_F(purge, a_library_that_somebody_else_holds_is_named_and_goes_later) {
  auto* first = load("good");
  ASSERT_NE(first, nullptr);
  auto second_handle = port::dylib::open(first->copy);
  ASSERT_TRUE(second_handle);
  server_->abandon(*first);
  const auto report = server_->purge(*first, {});
  EXPECT_FALSE(report.unmapped);
  EXPECT_EQ(report.pinned_by.size(), 3U) << ::testing::PrintToString(report.pinned_by);
  ASSERT_EQ(server_->generations().size(), 1U);
  ASSERT_TRUE(second_handle->close());
  EXPECT_TRUE(server_->purge(*first, {}).unmapped);
  EXPECT_TRUE(server_->generations().empty());
}

TEST_F(purge, counts_words_that_point_into_the_range) {
  auto* first = load("good");
  ASSERT_NE(first, nullptr);
  const auto range = first->library.range();
  const auto before = count_stale_words(range);
  // In a small mapping of their own: a sanitizer's heap is one too large to be scanned.
  constexpr std::size_t page = 4096;
  auto* pages = static_cast<char*>(::mmap(nullptr, 4 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  ASSERT_NE(pages, MAP_FAILED);
  ASSERT_EQ(::mprotect(pages + page, 2 * page, PROT_READ | PROT_WRITE), 0);
  constexpr std::size_t stale = 2 * page / sizeof(std::uintptr_t);
  std::fill_n(reinterpret_cast<std::uintptr_t*>(pages + page), stale, range.begin + 64);
  // A sanitizer's own memory lies before it: the default limits end there.
  const auto with = count_stale_words(range, {.bytes = std::uint64_t{8} << 30U, .time = 20s});
  ASSERT_EQ(::munmap(pages, 4 * page), 0);
  // What else points there, on stacks for one, changes from look to look.
  EXPECT_LT(before, stale);
  EXPECT_GE(with, stale);
  EXPECT_EQ(count_stale_words(range, {.bytes = 0}), 0U);
}

TEST_F(purge, no_more_ranges_are_held_than_allowed) {
  auto few = options();
  few.max_tombstones = 3;
  restart(few);
  for (int round = 0; round < 6; ++round) {
    auto* next = load("good");
    ASSERT_NE(next, nullptr);
    server_->abandon(*next);
    ASSERT_TRUE(server_->purge(*next, {}).unmapped);
    EXPECT_EQ(server_->ranges().size(), static_cast<std::size_t>(std::min(round + 1, 3)));
  }
  EXPECT_EQ(server_->ranges()[0].label, "sample-1.0.0 (g4), unloaded");
  EXPECT_EQ(copies(), std::vector<std::string>{});
}

TEST_F(purge, kept_copies_have_a_limit) {
  auto none = options();
  none.kept_bytes = 0;
  restart(none);
  auto* first = load("good");
  ASSERT_NE(first, nullptr);
  server_->abandon(*first);
  ASSERT_TRUE(server_->purge(*first, {}).unmapped);
  EXPECT_TRUE(std::filesystem::is_empty(generations_dir() / "by-build-id"));
}

TEST_F(purge, what_a_dead_host_left_is_kept_by_build_id) {
  const auto good = std::filesystem::path(CASES_DIR) / "good.so";
  std::filesystem::create_directories(generations_dir());
  std::filesystem::copy_file(good, generations_dir() / "sample-1.0.0.g1.so");
  auto* first = load("good");  // also g1
  ASSERT_NE(first, nullptr);
  EXPECT_EQ(copies(), std::vector<std::string>{"sample-1.0.0.g1.so"});
  EXPECT_TRUE(std::filesystem::exists(generations_dir() / "by-build-id" / (first->build_id + ".so")));
}

}  // namespace
}  // namespace patchbay::code
