#include "sequence/arithmetic.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace {

using numbers = std::vector<std::int64_t>;
constexpr auto largest = std::numeric_limits<std::int64_t>::max();

TEST(checked_sum, throws_instead_of_wrapping) {
  EXPECT_EQ(sequence::checked_sum(100, -200), -100);
  EXPECT_EQ(sequence::checked_sum(largest - 1, 1), largest);
  EXPECT_THROW(static_cast<void>(sequence::checked_sum(largest, 1)), std::overflow_error);
  EXPECT_THROW(static_cast<void>(sequence::checked_sum(-largest, -2)), std::overflow_error);
}

TEST(prime_factors, multiply_to_the_number) {
  EXPECT_EQ(sequence::prime_factors(100), (numbers{2, 2, 5, 5}));
  EXPECT_EQ(sequence::prime_factors(97), (numbers{97}));
  EXPECT_EQ(sequence::prime_factors(2), (numbers{2}));
  EXPECT_EQ(sequence::prime_factors(largest), (numbers{7, 7, 73, 127, 337, 92737, 649657}));
}

TEST(prime_factors, none_below_two) {
  for (const std::int64_t n :
       {std::int64_t{1}, std::int64_t{0}, std::int64_t{-12}, std::numeric_limits<std::int64_t>::min()})
    EXPECT_TRUE(sequence::prime_factors(n).empty()) << n;
}

}  // namespace
