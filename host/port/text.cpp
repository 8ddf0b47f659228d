#include "port/text.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace patchbay::port {
namespace {

// Names longer than this are not mistyped, they are hostile: the distance costs their product.
constexpr std::size_t longest_compared = 128;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// Optimal string alignment; three rows, because a swap looks two rows back.
std::size_t distance(std::string_view a, std::string_view b) {
  std::array<std::array<std::size_t, longest_compared + 1>, 3> rows{};
  for (std::size_t j = 0; j <= b.size(); ++j) rows[0][j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    auto& now = rows[i % 3];
    const auto& before = rows[(i - 1) % 3];
    now[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const bool same = lower(a[i - 1]) == lower(b[j - 1]);
      now[j] = std::min({before[j] + 1, now[j - 1] + 1, before[j - 1] + (same ? 0 : 1)});
      const bool swapped = i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) && lower(a[i - 2]) == lower(b[j - 1]);
      if (swapped) now[j] = std::min(now[j], rows[(i - 2) % 3][j - 2] + 1);
    }
  }
  return rows[a.size() % 3][b.size()];
}

template <class Name>
std::string_view nearest(std::string_view word, std::span<const Name> known) {
  std::string_view best;
  std::size_t least = longest_compared;
  if (word.empty() || word.size() > longest_compared) return best;
  for (const std::string_view name : known) {
    if (name.empty() || name.size() > longest_compared) continue;
    const std::size_t allowed = std::max<std::size_t>(1, std::max(word.size(), name.size()) / 3);
    const std::size_t far = distance(word, name);
    if (far <= allowed && far < least && far < name.size()) {
      least = far;
      best = name;
    }
  }
  return best;
}

template <class Name>
std::string meant(std::string_view word, std::span<const Name> known) {
  const std::string_view name = nearest(word, known);
  return name.empty() ? std::string() : "; did you mean " + std::string(name) + "?";
}

template <class Name>
std::string joined(std::span<const Name> names) {
  std::string out;
  for (const std::string_view name : names) {
    if (!out.empty()) out += ", ";
    out += name;
  }
  return names.empty() ? "none" : out;
}

}  // namespace

std::string_view nearest_name(std::string_view word, std::span<const std::string_view> known) {
  return nearest(word, known);
}
std::string_view nearest_name(std::string_view word, std::span<const std::string> known) {
  return nearest(word, known);
}

std::string did_you_mean(std::string_view word, std::span<const std::string_view> known) { return meant(word, known); }
std::string did_you_mean(std::string_view word, std::span<const std::string> known) { return meant(word, known); }

std::string list_names(std::span<const std::string_view> names) { return joined(names); }
std::string list_names(std::span<const std::string> names) { return joined(names); }

std::string shortened(std::string_view text) {
  constexpr std::size_t most = 200;
  constexpr std::size_t shown = 80;  // of each end
  if (text.size() <= most) return std::string(text);
  const auto inside = [&](std::size_t at) { return (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U; };
  // At most three bytes follow a character's first: bytes that are no UTF-8 are cut anywhere.
  std::size_t head = shown;
  for (int i = 0; i < 3 && inside(head); ++i) --head;
  std::size_t tail = text.size() - shown;
  for (int i = 0; i < 3 && inside(tail); ++i) ++tail;
  return std::string(text.substr(0, head)) + " … (" + std::to_string(text.size()) + " bytes) … " +
         std::string(text.substr(tail));
}

}  // namespace patchbay::port
