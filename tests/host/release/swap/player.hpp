#pragma once
// A server that is in registries and groups, asks others and is asked, in two versions; and what a test runs in it.
#include <future>
#include <string>
#include <vector>

#include "two_versions.hpp"

namespace patchbay::test {

// What callers include: the same in both versions.
namespace player_messages {
PATCHBAY_MESSAGES_OF("app", "player")
struct told {
  using reply = std::vector<std::string>;
  void serialize(auto&) {}
};
/// Answers all that were asked and not answered yet, oldest first.
struct answer_all {
  void serialize(auto&) {}
};
/// Asks each of them, as one collection.
struct ask_all {
  std::vector<pid> whom;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(whom)); }
};
/// Sleeps in its handler until so many of the collection have been answered.
struct collect {
  using reply = std::string;
  std::int64_t count = 1;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(count)); }
};
}  // namespace player_messages
using namespace player_messages;

namespace v1 {
namespace own {
PATCHBAY_MESSAGES_OF("app", "player")
struct verdict {
  std::string what;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(what)); }
};
struct ask {
  using reply = verdict;
  void serialize(auto&) {}
};
inline std::string words(const verdict& v) { return v.what; }
}  // namespace own
struct player_state {
  std::vector<std::string> told;
  std::vector<from_of<own::ask>> asked;
  request_ids<own::ask> asking;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(told), PATCHBAY_FIELD(asked), PATCHBAY_FIELD(asking)); }
};
}  // namespace v1
namespace v2 {
namespace own {
PATCHBAY_MESSAGES_OF("app", "player")
/// Longer, so that a reply written in the other version's form would show.
struct verdict {
  std::string what;
  std::vector<std::int64_t> weights = {1, 2, 3};  // new
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(what), PATCHBAY_FIELD(weights)); }
};
struct ask {
  using reply = verdict;
  void serialize(auto&) {}
};
inline std::string words(const verdict& v) {
  std::string all = v.what;
  for (const std::int64_t each : v.weights) all += " " + std::to_string(each);
  return all;
}
}  // namespace own
struct player_state_v1 {
  std::vector<std::string> told;
  std::vector<from_of<own::ask>> asked;
  request_ids<own::ask> asking;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(told), PATCHBAY_FIELD(asked), PATCHBAY_FIELD(asking)); }
};
struct player_state {
  std::vector<std::string> told;
  std::vector<from_of<own::ask>> asked;
  request_ids<own::ask> asking;
  std::int64_t swaps = 0;
  void serialize(auto& ar) {
    ar(PATCHBAY_FIELD(told), PATCHBAY_FIELD(asked), PATCHBAY_FIELD(asking), PATCHBAY_FIELD(swaps));
  }
};
}  // namespace v2

struct player_version_1 {
  static constexpr const char* name = "v1 ";
  using ask = v1::own::ask;
  using state = v1::player_state;
};
struct player_version_2 {
  static constexpr const char* name = "v2 ";
  using ask = v2::own::ask;
  using state = v2::player_state;
};

template <class Version>
struct player {
  using ask = typename Version::ask;
  using state = typename Version::state;
  using calls = messages<ask, told, collect>;
  using casts = messages<answer_all, ask_all>;
  using infos = messages<registry::change, pg::change>;

  static state init() { return {}; }
  static call_result<reply_of<ask>> handle_call(const ask&, from_of<ask> who, state& s) {
    s.asked.push_back(who);
    return noreply();
  }
  static std::vector<std::string> handle_call(const told&, from, state& s) { return s.told; }
  static std::string handle_call(const collect& m, from, state& s) {
    ++control->entered;
    std::string all;
    for (std::int64_t i = 0; i < m.count; ++i) {
      const auto got = wait_response(s.asking, 10s);
      all += got.what == waited::response ? got.label + ": " + outcome_of(*got.outcome) + ". " : "none. ";
    }
    return all;
  }
  static void handle_cast(const answer_all&, state& s) {
    for (const auto& who : s.asked) reply(who, reply_of<ask>{std::string(Version::name) + "yes"});
    s.asked.clear();
  }
  static void handle_cast(const ask_all& m, state& s) {
    for (const pid each : m.whom) {
      send_request_to(s.asking, std::string("ask ") + std::to_string(s.asking.size()), each, ask{});
    }
  }
  static void handle_info(const registry::change& m, state& s) {
    note(s, (m.registered ? "registered " : "unregistered ") + m.key + "=" + m.value);
  }
  static void handle_info(const pg::change& m, state& s) {
    note(s, (m.joined ? "join " : "leave ") + m.group + " " + std::to_string(m.processes.size()));
  }
  static void handle_info(const response<ask>& m, state& s) { note(s, "response " + outcome_of(m.outcome)); }

 private:
  static std::string outcome_of(const reply_outcome<ask>& got) {
    return got ? words(*got) : std::string(error_word(got.status()));
  }
  static void note(state& s, const std::string& what) { s.told.push_back(Version::name + what); }
};

using player_1 = player<player_version_1>;
struct player_2 : player<player_version_2> {
  using state_v1 = v2::player_state_v1;
  static state code_change(upgrade<1>, const state_v1& old) { return {old.told, old.asked, old.asking, 1}; }
  static state_v1 code_change(downgrade<1>, const state& now) { return {now.told, now.asked, now.asking}; }
};

/// Players, and a swap of them that goes up or down.
class player_swap : public testing::TestWithParam<release::direction> {
 protected:
  player_swap();
  [[nodiscard]] bool up() const { return GetParam() == release::direction::up; }
  void swap();
  void swap_back();
  [[nodiscard]] std::string old_version() const { return up() ? "v1 " : "v2 "; }
  [[nodiscard]] std::string new_version() const { return up() ? "v2 " : "v1 "; }
  /// How a verdict of the old, of the new version reads.
  [[nodiscard]] std::string old_yes() const { return up() ? "v1 yes" : "v2 yes 1 2 3"; }
  [[nodiscard]] std::string new_yes() const { return up() ? "v2 yes 1 2 3" : "v1 yes"; }
  [[nodiscard]] code::generation& old_generation() { return up() ? all_.one : all_.two; }
  pid spawn(const std::string& name = {}) { return all_.spawn("player", 0, name); }
  /// `what` runs in a handler of `where`; its answer, or the word of what it threw.
  std::string in(pid where, const std::function<std::string()>& what);
  /// What it was sent before has been handled.
  void settle(pid where) {
    in(where, [] { return std::string(); });
  }
  void set_suspended(pid where, bool on);
  [[nodiscard]] bool comes(pid where, const std::vector<std::string>& what);
  void kill(pid whom);

  two_versions all_;
};

}  // namespace patchbay::test
