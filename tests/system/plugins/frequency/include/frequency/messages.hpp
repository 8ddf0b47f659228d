#pragma once
// What `frequency` is asked: the functions around the agent, as the textbook's module has them.
#include <cstdint>
#include <string>
#include <vector>

#include <patchbay/message.hpp>

namespace counting_words {
PATCHBAY_MESSAGES_OF("frequency", "frequency")

/// Agent.update
struct add_word {
  using reply = void;
  std::string word;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(word)); }
};
/// Agent.get; 0: never heard of.
struct count_for {
  using reply = std::int64_t;
  std::string word;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(word)); }
};
/// Agent.get
struct words {
  using reply = std::vector<std::string>;
};
/// Agent.get_and_update: how often, and it is forgotten.
struct take_word {
  using reply = std::int64_t;
  std::string word;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(word)); }
};
/// Agent.cast of add_word.
struct add_word_later {
  std::string word;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(word)); }
};

}  // namespace counting_words
