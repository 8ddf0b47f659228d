// The version whose agent also knows how many words it has heard.
#include <patchbay/patchbay.hpp>

#include "frequency/messages.hpp"

namespace {

using namespace counting_words;
namespace agent = patchbay::agent;

struct dictionary {
  using state_v1 = std::map<std::string, std::int64_t>;
  struct state {
    std::map<std::string, std::int64_t> counts;
    std::int64_t heard = 0;  // all of them together
    void serialize(auto& ar) { ar(PATCHBAY_FIELD(counts), PATCHBAY_FIELD(heard)); }
  };
  static state code_change(patchbay::upgrade<1>, const state_v1& old) {
    std::uint64_t heard = 0;  // a rehearsal draws any counts: their sum wraps round
    for (const auto& [word, count] : old) heard += static_cast<std::uint64_t>(count);
    return {old, static_cast<std::int64_t>(heard)};
  }
  static state_v1 code_change(patchbay::downgrade<1>, const state& now) { return now.counts; }
  static void add(state& to, const std::string& word) {
    ++to.counts[word];
    ++to.heard;
  }
};

struct frequency {
  using calls = patchbay::messages<add_word, count_for, words, take_word>;
  using casts = patchbay::messages<add_word_later>;
  struct state {
    void serialize(auto&) {}
  };
  static state init(const patchbay::args& a) {
    const auto first = a.get<std::string>("first", "");
    agent::start_link<dictionary>(
        [first] {
          return first.empty() ? dictionary::state{} : dictionary::state{{{first, 1}}, 1};
        },
        {.name = "dictionary"});
    return {};
  }
  static void handle_call(const add_word& m, patchbay::from, state&) {
    agent::update<dictionary>("dictionary", [word = m.word](dictionary::state& s) { dictionary::add(s, word); });
  }
  static std::int64_t handle_call(const count_for& m, patchbay::from, state&) {
    return agent::get<dictionary>("dictionary", [word = m.word](const dictionary::state& s) {
      const auto at = s.counts.find(word);
      return at == s.counts.end() ? 0 : at->second;
    });
  }
  static std::vector<std::string> handle_call(const words&, patchbay::from, state&) {
    return agent::get<dictionary>("dictionary", [](const dictionary::state& s) {
      std::vector<std::string> all;
      for (const auto& [word, count] : s.counts) all.push_back(word);
      return all;
    });
  }
  static std::int64_t handle_call(const take_word& m, patchbay::from, state&) {
    return agent::get_and_update<dictionary>("dictionary", [word = m.word](dictionary::state& s) {
      const auto at = s.counts.find(word);
      if (at == s.counts.end()) return std::int64_t{0};
      const std::int64_t count = at->second;
      s.heard -= count;
      s.counts.erase(at);
      return count;
    });
  }
  static void handle_cast(const add_word_later& m, state&) {
    agent::cast<dictionary>("dictionary", [word = m.word](dictionary::state& s) { dictionary::add(s, word); });
  }
};

struct frequency_sup {
  static patchbay::sup_spec init(const patchbay::args& a) {
    return {.children = {{.id = "frequency", .module = "frequency", .name = "frequency", .args = a}}};
  }
};

}  // namespace
PATCHBAY_AGENT(dictionary, 2);
PATCHBAY_GEN_SERVER(frequency, 1);
PATCHBAY_SUPERVISOR(frequency_sup);
