#pragma once
// What one client saw: every number that it was answered, every error, and how long it waited. Shared by the load plugin and
// by programs that judge its files, so that both mean the same.
#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <patchbay/message.hpp>

namespace load {

/// A time between two answers. Times are microseconds of the steady clock, which all processes of one machine share.
struct gap {
  std::int64_t end_us = 0;
  std::int64_t length_us = 0;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(end_us), PATCHBAY_FIELD(length_us)); }
};

/// A set of numbers at or above a base, one bit each, in chunks: growing it never copies what is there.
struct number_set {
  static constexpr std::int64_t chunk_bits = 1 << 16;
  static constexpr std::int64_t max_bits = std::int64_t{1} << 32;
  std::int64_t base = 0;
  std::vector<std::vector<std::uint64_t>> chunks;

  /// REQUIRES: base <= number < base + max_bits. False where the number was in it already.
  bool insert(std::int64_t number) {
    const auto bit = static_cast<std::uint64_t>(number - base);
    const auto chunk = static_cast<std::size_t>(bit / chunk_bits);
    while (chunks.size() <= chunk) chunks.emplace_back();
    auto& words = chunks[chunk];
    if (words.empty()) words.resize(chunk_bits / 64);
    auto& word = words[bit % chunk_bits / 64];
    const auto mask = std::uint64_t{1} << (bit % 64);
    const bool fresh = (word & mask) == 0;
    word |= mask;
    return fresh;
  }
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(base), PATCHBAY_FIELD(chunks)); }
};

struct answers {
  static constexpr std::int64_t gap_window_us = 10'000;

  std::int64_t calls = 0;       ///< answered with a number
  std::int64_t duplicated = 0;  ///< answered with a number that this client had been given before
  std::int64_t disordered = 0;  ///< answered with a number below the one before
  std::int64_t last = 0;
  std::int64_t last_at_us = 0;  ///< 0: not counting; the next answer ends no gap
  std::int64_t longest_us = 0;
  number_set numbers;
  std::vector<std::int64_t> strays;            ///< below the first number, or absurdly far above it
  std::vector<gap> gaps;                       ///< the longest that ended in each window of 10 ms
  std::map<std::string, std::int64_t> errors;  ///< failed calls by text

  void record(std::int64_t number, std::int64_t now_us) {
    if (calls == 0) last = number;
    if (numbers.chunks.empty()) numbers.base = number;
    if (number < last) ++disordered;
    const auto above = number - numbers.base;
    if (above < 0 || above >= number_set::max_bits)
      strays.push_back(number);
    else if (!numbers.insert(number))
      ++duplicated;
    last = number;
    ++calls;
    if (last_at_us != 0) {
      const gap waited{now_us, now_us - last_at_us};
      longest_us = std::max(longest_us, waited.length_us);
      if (gaps.empty() || gaps.back().end_us / gap_window_us != now_us / gap_window_us)
        gaps.push_back(waited);
      else if (gaps.back().length_us < waited.length_us)
        gaps.back() = waited;
    }
    last_at_us = now_us;
  }

  /// The client stops on purpose: what follows is no gap.
  void pause() { last_at_us = 0; }

  /// What was seen so far has been handed over: totals stay, single numbers and gaps begin anew.
  void forget() {
    numbers = {};
    strays = {};
    gaps = {};
  }

  void serialize(auto& ar) {
    ar(PATCHBAY_FIELD(calls), PATCHBAY_FIELD(duplicated), PATCHBAY_FIELD(disordered), PATCHBAY_FIELD(last),
       PATCHBAY_FIELD(last_at_us), PATCHBAY_FIELD(longest_us), PATCHBAY_FIELD(numbers), PATCHBAY_FIELD(strays),
       PATCHBAY_FIELD(gaps), PATCHBAY_FIELD(errors));
  }
};

}  // namespace load
