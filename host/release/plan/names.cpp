#include "release/plan/names.hpp"

#include <algorithm>
#include <cstddef>
#include <numeric>

namespace patchbay::release {
namespace {

constexpr std::size_t longest = 64;

bool lower(char c) { return c >= 'a' && c <= 'z'; }
bool upper(char c) { return c >= 'A' && c <= 'Z'; }
bool digit(char c) { return c >= '0' && c <= '9'; }

// Levenshtein, one row at a time.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t above = row[j + 1];
      row[j + 1] = std::min({above + 1, row[j] + 1, diagonal + (a[i] == b[j] ? 0U : 1U)});
      diagonal = above;
    }
  }
  return row.back();
}

}  // namespace

bool valid_name(std::string_view text) {
  return !text.empty() && text.size() <= longest && lower(text.front()) &&
         std::all_of(text.begin(), text.end(), [](char c) { return lower(c) || digit(c) || c == '_'; });
}

bool valid_version(std::string_view text) {
  if (text.empty() || text.size() > longest) return false;
  const auto plain = [](char c) { return lower(c) || upper(c) || digit(c); };
  return plain(text.front()) && std::all_of(text.begin(), text.end(), [&](char c) {
           return plain(c) || std::string_view("._+~-").find(c) != std::string_view::npos;
         });
}

std::string nearest(std::string_view text, const std::vector<std::string>& known) {
  if (text.size() > 2 * longest) return {};
  std::string best;
  std::size_t least = std::max<std::size_t>(2, text.size() / 3) + 1;
  for (const auto& word : known) {
    const auto d = distance(text, word);
    if (d < least && d < std::max(text.size(), word.size())) {
      least = d;
      best = word;
    }
  }
  return best;
}

std::string hint(std::string_view text, const std::vector<std::string>& known) {
  const auto near = nearest(text, known);
  return near.empty() ? "; known: " + join(known) : " (did you mean \"" + near + "\"?)";
}

std::string join(const std::vector<std::string>& words, std::string_view separator) {
  if (words.empty()) return "none";
  std::string text;
  for (const auto& word : words) {
    if (!text.empty()) text += separator;
    text += word;
  }
  return text;
}

}  // namespace patchbay::release
