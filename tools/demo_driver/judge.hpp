#pragma once
// Whether a sequence of numbers was handed out whole: each number exactly once over all clients.
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "load/answers.hpp"

namespace demo {

struct verdict {
  std::int64_t calls = 0;
  std::int64_t lost = 0;        ///< in [first, end) and in no client's answers
  std::int64_t duplicated = 0;  ///< answers beyond a number's first
  std::int64_t foreign = 0;     ///< answers outside [first, end)
  std::int64_t disordered = 0;  ///< answers below the same client's one before
  std::int64_t longest_us = 0;  ///< the longest gap of any client
  std::map<std::string, std::int64_t> errors;
};

/// Judges from the full set of answers. The numbers handed out are first, first + 1, … end - 1.
verdict judge(const std::vector<load::answers>& clients, std::int64_t first, std::int64_t end);

/// The longest gap of any client that overlaps this time; 0 where there is none. Gaps are kept for the longest of each 10 ms.
std::int64_t longest_gap(const std::vector<load::answers>& clients, std::int64_t from_us, std::int64_t to_us);
/// The same of those gaps that lie in this time with both ends.
std::int64_t longest_gap_within(const std::vector<load::answers>& clients, std::int64_t from_us, std::int64_t to_us);

}  // namespace demo
