#pragma once
// Whether consecutive numbers are handed out each exactly once, over a run of any length in bounded memory.
#include <cstddef>
#include <cstdint>
#include <vector>

#include "load/answers.hpp"

namespace patchbay::test {

/// Numbers arrive in any order within a window. What lies below the floor arrived; the floor moves up over whole prefixes, so that a lost number
/// keeps it where it is, until what comes later falls out of the window.
class number_window {
 public:
  /// `width`: how far numbers may be apart that arrive meanwhile; a multiple of 64.
  number_window(std::int64_t first, std::size_t width) : floor_(first), words_(width / 64) {}

  void add(std::int64_t number);
  void add(const load::number_set& numbers);
  /// Moves the floor up as far as all numbers have arrived.
  void settle();

  [[nodiscard]] std::int64_t floor() const { return floor_; }      ///< the first number that has not arrived
  [[nodiscard]] std::int64_t added() const { return added_; }      ///< each counted as often as it arrived
  [[nodiscard]] std::int64_t doubled() const { return doubled_; }  ///< arrivals beyond a number's first
  [[nodiscard]] std::int64_t outside() const { return outside_; }  ///< above the window
  [[nodiscard]] std::int64_t missing(std::int64_t end) const;      ///< of those below `end`

 private:
  [[nodiscard]] std::uint64_t& word_of(std::int64_t number) {
    return words_[static_cast<std::uint64_t>(number) / 64 % words_.size()];
  }
  static std::uint64_t mask_of(std::int64_t number) {
    return std::uint64_t{1} << (static_cast<std::uint64_t>(number) % 64);
  }

  std::int64_t floor_;
  std::vector<std::uint64_t>
      words_;  // a ring; of its bits, those of [floor, floor + width) are of use, all others are 0
  std::int64_t added_ = 0;
  std::int64_t doubled_ = 0;
  std::int64_t outside_ = 0;
};

}  // namespace patchbay::test
