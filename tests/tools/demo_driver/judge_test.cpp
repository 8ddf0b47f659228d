#include "judge.hpp"

#include <cstdio>
#include <filesystem>

#include <gtest/gtest.h>

#include "load/answers_file.hpp"

namespace {

load::answers client(std::initializer_list<std::int64_t> numbers) {
  load::answers seen;
  std::int64_t now = 1'000'000;
  for (const auto number : numbers) seen.record(number, now += 100);
  return seen;
}

TEST(judge, each_number_once_over_all_clients) {
  const auto result = demo::judge({client({100, 102, 104}), client({101, 103})}, 100, 105);
  EXPECT_EQ(result.calls, 5);
  EXPECT_EQ(result.lost, 0);
  EXPECT_EQ(result.duplicated, 0);
  EXPECT_EQ(result.foreign, 0);
}

TEST(judge, finds_what_was_lost_at_either_end_and_between) {
  EXPECT_EQ(demo::judge({client({101, 102, 104})}, 100, 106).lost, 3);
  EXPECT_EQ(demo::judge({}, 100, 106).lost, 6);
}

TEST(judge, finds_doubles_between_clients_and_within_one) {
  EXPECT_EQ(demo::judge({client({100, 101}), client({101})}, 100, 102).duplicated, 1);
  EXPECT_EQ(demo::judge({client({100, 101, 101, 101})}, 100, 102).duplicated, 2);
}

TEST(judge, a_number_below_a_clients_first_is_judged_too) {
  const auto result = demo::judge({client({101, 100})}, 100, 102);
  EXPECT_EQ(result.disordered, 1);
  EXPECT_EQ(result.lost, 0);
  EXPECT_EQ(demo::judge({client({101, 100}), client({100})}, 100, 102).duplicated, 1);
}

TEST(judge, a_number_that_was_never_handed_out_is_foreign) {
  EXPECT_EQ(demo::judge({client({100, 101, 7'000'000})}, 100, 102).foreign, 1);
  EXPECT_EQ(demo::judge({client({100, 101, std::int64_t{1} << 40})}, 100, 102).foreign, 1);
}

TEST(judge, numbers_far_apart_lie_in_their_own_chunks) {
  load::answers seen;
  for (std::int64_t n = 100; n < 300'000; n += 2) seen.record(n, n);
  load::answers other;
  for (std::int64_t n = 101; n < 300'000; n += 2) other.record(n, n);
  const auto result = demo::judge({seen, other}, 100, 300'000);
  EXPECT_EQ(result.lost, 0);
  EXPECT_EQ(result.duplicated, 0);
}

TEST(judge, longest_gap_of_a_time) {
  load::answers seen;
  seen.record(1, 1'000'000);
  seen.record(2, 1'050'000);  // 50 ms
  seen.record(3, 1'062'000);  // 12 ms
  seen.pause();
  seen.record(4, 9'000'000);  // on purpose
  seen.record(5, 9'002'000);  // 2 ms
  EXPECT_EQ(seen.longest_us, 50'000);
  EXPECT_EQ(demo::longest_gap({seen}, 1'040'000, 1'045'000), 50'000);
  EXPECT_EQ(demo::longest_gap({seen}, 8'999'000, 9'010'000), 2'000);
  EXPECT_EQ(demo::longest_gap({seen}, 2'000'000, 3'000'000), 0);
  EXPECT_EQ(demo::longest_gap_within({seen}, 0, 1'060'000), 50'000);
  EXPECT_EQ(demo::longest_gap_within({seen}, 1'045'000, 1'070'000), 12'000);
  EXPECT_EQ(demo::longest_gap_within({seen}, 0, 1'049'000), 0);
}

class answers_file : public testing::Test {
 protected:
  std::string path_ = testing::TempDir() + "answers_file_test";
  void TearDown() override { std::filesystem::remove(path_); }
};

TEST_F(answers_file, comes_back_as_it_was) {
  auto seen = client({100, 101, 70'000, 99});
  seen.errors["noproc"] = 3;
  ASSERT_TRUE(load::write_answers(seen, path_));
  const auto back = load::read_answers(path_);
  ASSERT_TRUE(back);
  EXPECT_EQ(back->calls, 4);
  EXPECT_EQ(back->disordered, 1);
  EXPECT_EQ(back->strays, seen.strays);
  EXPECT_EQ(back->numbers.base, 100);
  EXPECT_EQ(back->numbers.chunks, seen.numbers.chunks);
  EXPECT_EQ(back->errors, seen.errors);
  EXPECT_EQ(back->longest_us, 100);
  ASSERT_EQ(back->gaps.size(), seen.gaps.size());
}

TEST_F(answers_file, any_truncation_is_refused) {
  ASSERT_TRUE(load::write_answers(client({100, 101}), path_));
  const auto whole = std::filesystem::file_size(path_);
  for (const auto size :
       {whole - 1, whole / 2, std::uintmax_t{60}, std::uintmax_t{8}, std::uintmax_t{3}, std::uintmax_t{0}}) {
    ASSERT_TRUE(load::write_answers(client({100, 101}), path_));
    std::filesystem::resize_file(path_, size);
    EXPECT_FALSE(load::read_answers(path_)) << size;
  }
  EXPECT_FALSE(load::read_answers(path_ + ".absent"));
}

}  // namespace
