#include "release/plan/appup_pattern.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <regex>

namespace patchbay::release {
namespace {

constexpr std::size_t longest = 200;
// Characters once all counts are written out: each becomes states of the automaton, and the depth of a recursion over them.
constexpr std::size_t largest = 4000;

// libstdc++ backtracks unless it is told not to: `(a|a)*b` would not end within a day. The other libraries have no such word, and bounds of their own.
#ifdef __GLIBCXX__
constexpr auto without_backtracking = std::regex_constants::__polynomial;
#else
constexpr auto without_backtracking = std::regex::ECMAScript;
#endif
constexpr auto kind = std::regex::ECMAScript | std::regex::nosubs | without_backtracking;

bool digit(char c) { return c >= '0' && c <= '9'; }

// The pattern's size times every count in braces: no nesting of them makes it larger than that.
std::size_t written_out(std::string_view pattern) {
  std::size_t size = pattern.size();
  for (std::size_t i = 0; i < pattern.size() && size <= largest; ++i) {
    if (pattern[i] == '\\') ++i;
    if (i >= pattern.size() || pattern[i] != '{') continue;
    std::size_t most = 1;
    for (std::size_t number = 0; ++i < pattern.size() && (digit(pattern[i]) || pattern[i] == ',');) {
      number = pattern[i] == ',' ? 0 : std::min(10 * number + static_cast<std::size_t>(pattern[i] - '0'), largest + 1);
      most = std::max(most, number);
    }
    size *= most;
  }
  return size;
}

// `(?=` and `(?!`, which search on their own at every place, and nested ones at every place of those.
bool looks_ahead(std::string_view pattern) {
  for (std::size_t i = 0; i + 2 < pattern.size(); ++i) {
    if (pattern[i] == '\\') {
      ++i;
    } else if (pattern[i] == '(' && pattern[i + 1] == '?' && pattern[i + 2] != ':') {
      return true;
    }
  }
  return false;
}

std::optional<std::regex> compile(std::string_view pattern, std::string& fault) {
  try {
    return std::regex(pattern.begin(), pattern.end(), kind);
  } catch (const std::regex_error& bad) {
    const bool back =
        bad.code() == std::regex_constants::error_backref || bad.code() == std::regex_constants::error_complexity;
    fault = back ? "refers back to a group, which is not taken here; write the text again"
                 : std::string("is no regular expression: ") + bad.what() +
                       "; write one of ECMAScript, such as '1\\.[0-9]+\\.0' between single quotes";
    return std::nullopt;
  }
}

std::string limits_fault(std::string_view pattern) {
  if (pattern.empty()) return "is empty and matches no version; write one such as '1\\.[0-9]+\\.0'";
  if (pattern.size() > longest) {
    return "has " + std::to_string(pattern.size()) + " characters, at most " + std::to_string(longest) +
           " are taken; write two entries";
  }
  if (!std::all_of(pattern.begin(), pattern.end(), [](char c) { return c >= ' ' && c <= '~'; }))
    return "holds characters that no version has; write printable ASCII only";
  if (looks_ahead(pattern))
    return "looks ahead, which is not taken here; what is not meant goes into an entry before it";
  if (written_out(pattern) > largest)
    return "counts too far: more than " + std::to_string(largest) + " characters when it is written out; use + or *";
  return {};
}

}  // namespace

std::string pattern_fault(std::string_view pattern) {
  auto fault = limits_fault(pattern);
  if (fault.empty()) static_cast<void>(compile(pattern, fault));
  return fault;
}

bool pattern_matches(std::string_view pattern, std::string_view version) {
  auto fault = limits_fault(pattern);
  if (!fault.empty()) return false;
  const auto compiled = compile(pattern, fault);
  return compiled && std::regex_match(version.begin(), version.end(), *compiled);
}

}  // namespace patchbay::release
