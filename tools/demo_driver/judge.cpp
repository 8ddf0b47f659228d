#include "judge.hpp"

#include <algorithm>
#include <bit>

namespace demo {
namespace {

/// One bit for each number in [first, end).
class ledger {
 public:
  ledger(std::int64_t first, std::int64_t end)
      : first_(first), end_(std::max(first, end)), words_(static_cast<std::size_t>((end_ - first_ + 63) / 64)) {}

  void add(std::int64_t number, verdict& into) {
    if (number < first_ || number >= end_) {
      ++into.foreign;
      return;
    }
    const auto bit = static_cast<std::uint64_t>(number - first_);
    auto& word = words_[bit / 64];
    const auto mask = std::uint64_t{1} << (bit % 64);
    if ((word & mask) != 0) ++into.duplicated;
    word |= mask;
  }
  [[nodiscard]] std::int64_t missing() const {
    std::int64_t present = 0;
    for (const auto word : words_) present += std::popcount(word);
    return end_ - first_ - present;
  }

 private:
  std::int64_t first_;
  std::int64_t end_;
  std::vector<std::uint64_t> words_;
};

void add_set(const load::number_set& numbers, ledger& all, verdict& into) {
  auto number = numbers.base;
  for (const auto& chunk : numbers.chunks) {
    auto at = number;
    for (auto word : chunk) {
      for (; word != 0; word &= word - 1) all.add(at + std::countr_zero(word), into);
      at += 64;
    }
    number += load::number_set::chunk_bits;
  }
}

}  // namespace

verdict judge(const std::vector<load::answers>& clients, std::int64_t first, std::int64_t end) {
  verdict result;
  ledger all(first, end);
  for (const auto& client : clients) {
    result.calls += client.calls;
    result.duplicated += client.duplicated;
    result.disordered += client.disordered;
    result.longest_us = std::max(result.longest_us, client.longest_us);
    for (const auto& [text, count] : client.errors) result.errors[text] += count;
    for (const auto number : client.strays) all.add(number, result);
    add_set(client.numbers, all, result);
  }
  result.lost = all.missing();
  return result;
}

std::int64_t longest_gap(const std::vector<load::answers>& clients, std::int64_t from_us, std::int64_t to_us) {
  std::int64_t longest = 0;
  for (const auto& client : clients)
    for (const auto& gap : client.gaps)
      if (gap.end_us >= from_us && gap.end_us - gap.length_us <= to_us) longest = std::max(longest, gap.length_us);
  return longest;
}

std::int64_t longest_gap_within(const std::vector<load::answers>& clients, std::int64_t from_us, std::int64_t to_us) {
  std::int64_t longest = 0;
  for (const auto& client : clients)
    for (const auto& gap : client.gaps)
      if (gap.end_us <= to_us && gap.end_us - gap.length_us >= from_us) longest = std::max(longest, gap.length_us);
  return longest;
}

}  // namespace demo
