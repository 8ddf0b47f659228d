// The textbook's Frequency: an agent that counts words, and the functions around it. A server is in front of it, because functions do not
// come from outside.
#include <patchbay/patchbay.hpp>

#include "frequency/messages.hpp"

namespace {

using namespace counting_words;
namespace agent = patchbay::agent;

struct dictionary {
  using state = std::map<std::string, std::int64_t>;
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
          return first.empty() ? dictionary::state{} : dictionary::state{{first, 1}};
        },
        {.name = "dictionary"});
    return {};
  }
  static void handle_call(const add_word& m, patchbay::from, state&) {
    agent::update<dictionary>("dictionary", [word = m.word](dictionary::state& counts) { ++counts[word]; });
  }
  static std::int64_t handle_call(const count_for& m, patchbay::from, state&) {
    return agent::get<dictionary>("dictionary", [word = m.word](const dictionary::state& counts) {
      const auto at = counts.find(word);
      return at == counts.end() ? 0 : at->second;
    });
  }
  static std::vector<std::string> handle_call(const words&, patchbay::from, state&) {
    return agent::get<dictionary>("dictionary", [](const dictionary::state& counts) {
      std::vector<std::string> all;
      for (const auto& [word, count] : counts) all.push_back(word);
      return all;
    });
  }
  static std::int64_t handle_call(const take_word& m, patchbay::from, state&) {
    return agent::get_and_update<dictionary>("dictionary", [word = m.word](dictionary::state& counts) {
      const auto at = counts.find(word);
      if (at == counts.end()) return std::int64_t{0};
      const std::int64_t count = at->second;
      counts.erase(at);
      return count;
    });
  }
  static void handle_cast(const add_word_later& m, state&) {
    agent::cast<dictionary>("dictionary", [word = m.word](dictionary::state& counts) { ++counts[word]; });
  }
};

struct frequency_sup {
  static patchbay::sup_spec init(const patchbay::args& a) {
    return {.children = {{.id = "frequency", .module = "frequency", .name = "frequency", .args = a}}};
  }
};

}  // namespace
PATCHBAY_AGENT(dictionary, 1);
PATCHBAY_GEN_SERVER(frequency, 1);
PATCHBAY_SUPERVISOR(frequency_sup);
