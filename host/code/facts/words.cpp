#include "code/facts/words.hpp"

#include <algorithm>
#include <array>

#include <patchbay/abi.h>

namespace patchbay::code {
namespace {

// A word's place is its number, less one.
constexpr std::array<std::string_view, 12> kinds = {"call",     "cast",          "info",          "continue",
                                                    "response", "exit",          "down",          "timeout",
                                                    "internal", "event_timeout", "state_timeout", "generic_timeout"};
static_assert(PB_KIND_CALL == 1 && PB_KIND_GENERIC_TIMEOUT == kinds.size());
constexpr std::array<std::string_view, 5> behaviours = {"gen_server", "supervisor", "gen_statem", "gen_event",
                                                        "application"};
static_assert(PB_BEHAVIOUR_GEN_SERVER == 1 && PB_BEHAVIOUR_APPLICATION == behaviours.size());

std::string_view word(std::span<const std::string_view> words, std::uint32_t number) {
  return number >= 1 && number <= words.size() ? words[number - 1] : std::string_view();
}

std::optional<std::uint32_t> number(std::span<const std::string_view> words, std::string_view name) {
  const auto it = std::find(words.begin(), words.end(), name);
  if (it == words.end()) return std::nullopt;
  return static_cast<std::uint32_t>(it - words.begin() + 1);
}

}  // namespace

std::string_view kind_word(std::uint32_t kind) { return word(kinds, kind); }
std::string_view behaviour_word(std::uint32_t behaviour) { return word(behaviours, behaviour); }
std::optional<std::uint32_t> kind_of(std::string_view name) { return number(kinds, name); }
std::optional<std::uint32_t> behaviour_of(std::string_view name) { return number(behaviours, name); }
std::span<const std::string_view> kind_words() { return kinds; }
std::span<const std::string_view> behaviour_words() { return behaviours; }

}  // namespace patchbay::code
