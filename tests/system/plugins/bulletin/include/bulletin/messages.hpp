#pragma once
// What `bulletin` is asked, and what it tells everybody.
#include <cstdint>
#include <string>

#include <patchbay/message.hpp>

namespace bulletins {
PATCHBAY_MESSAGES_OF("bulletin", "bulletin")

/// An event of the manager `bulletins`.
struct published {
  std::string text;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(text)); }
};
/// Publishes; answers when all handlers have seen it.
struct publish {
  using reply = void;
  std::string text;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(text)); }
};
/// What the editor thinks of it. Answered only by `decide`.
struct approve {
  using reply = std::string;
  std::string text;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(text)); }
};
/// Answers all that wait with this word; how many.
struct decide {
  using reply = std::int64_t;
  std::string word;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(word)); }
};

}  // namespace bulletins
