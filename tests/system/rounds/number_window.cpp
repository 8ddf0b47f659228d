#include "number_window.hpp"

#include <bit>

namespace patchbay::test {

void number_window::add(std::int64_t number) {
  ++added_;
  if (number < floor_) {
    ++doubled_;
  } else if (number - floor_ >= static_cast<std::int64_t>(words_.size() * 64)) {
    ++outside_;
  } else {
    auto& word = word_of(number);
    if ((word & mask_of(number)) != 0) ++doubled_;
    word |= mask_of(number);
  }
}

void number_window::add(const load::number_set& numbers) {
  auto first = numbers.base;
  for (const auto& chunk : numbers.chunks) {
    auto at = first;
    for (auto word : chunk) {
      for (; word != 0; word &= word - 1) add(at + std::countr_zero(word));
      at += 64;
    }
    first += load::number_set::chunk_bits;
  }
}

void number_window::settle() {
  for (auto* word = &word_of(floor_); (*word & mask_of(floor_)) != 0; word = &word_of(floor_)) {
    *word &= ~mask_of(floor_);
    ++floor_;
  }
}

std::int64_t number_window::missing(std::int64_t end) const {
  std::int64_t present = 0;
  for (const auto word : words_) present += std::popcount(word);
  return end - floor_ - present;
}

}  // namespace patchbay::test
