#pragma once
// Arithmetic that throws before it changes anything.
#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

namespace sequence {

/// a + b, or std::overflow_error.
inline std::int64_t checked_sum(std::int64_t a, std::int64_t b) {
  std::int64_t sum = 0;
  if (__builtin_add_overflow(a, b, &sum))
    throw std::overflow_error(std::to_string(a) + " + " + std::to_string(b) + " is above what a number can be");
  return sum;
}

/// Ascending, with repetitions; empty below 2. Takes as many steps as the root of n's largest prime factor but one.
inline std::vector<std::int64_t> prime_factors(std::int64_t n) {
  std::vector<std::int64_t> found;
  for (std::int64_t p = 2; p <= n / p; p += p == 2 ? 1 : 2)
    for (; n % p == 0; n /= p) found.push_back(p);
  if (n > 1) found.push_back(n);
  return found;
}

}  // namespace sequence
