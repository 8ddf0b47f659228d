// The version whose handler numbers what it keeps.
#include <patchbay/patchbay.hpp>

#include "bulletin/messages.hpp"

namespace {

using namespace bulletins;

struct entries {
  using reply = std::vector<std::string>;
};

/// Keeps what was published, and what the editor says of it.
struct chronicle {
  using events = patchbay::messages<published>;
  using calls = patchbay::messages<entries>;
  using imports = patchbay::messages<approve>;
  struct state_v1 {
    std::vector<std::string> lines;
    patchbay::request<approve> asked;
    void serialize(auto& ar) { ar(PATCHBAY_FIELD(lines), PATCHBAY_FIELD(asked)); }
  };
  struct state {
    std::map<std::int64_t, std::string> lines;
    patchbay::request<approve> asked;
    void serialize(auto& ar) { ar(PATCHBAY_FIELD(lines), PATCHBAY_FIELD(asked)); }
    void add(const std::string& line) { lines.emplace(std::ssize(lines) + 1, line); }
  };
  static state code_change(patchbay::upgrade<1>, const state_v1& old) {
    state now{{}, old.asked};
    for (const auto& line : old.lines) now.add(line);
    return now;
  }
  static state_v1 code_change(patchbay::downgrade<1>, const state& now) {
    state_v1 old{{}, now.asked};
    for (const auto& [number, line] : now.lines) old.lines.push_back(line);
    return old;
  }
  static state init() { return {}; }
  static void handle_event(const published& m, state& s) {
    s.add(m.text);
    s.asked = patchbay::send_request<approve>("bulletin", m.text);
  }
  static void handle_info(const patchbay::response<approve>& m, state& s) {
    if (m.request == s.asked) s.add("editor: " + *m.outcome);
  }
  static std::vector<std::string> handle_call(const entries&, state& s) {
    std::vector<std::string> numbered;
    for (const auto& [number, line] : s.lines) numbered.push_back(std::to_string(number) + " " + line);
    return numbered;
  }
};

/// Adds the handler, and has no more to do.
struct desk {
  struct state {
    void serialize(auto&) {}
  };
  static state init() {
    patchbay::gen_event::add_handler("bulletins", "chronicle");
    return {};
  }
};

struct chronicle_sup {
  static patchbay::sup_spec init(const patchbay::args&) { return {.children = {{.id = "desk"}}}; }
};

}  // namespace
PATCHBAY_GEN_EVENT(chronicle, 2);
PATCHBAY_GEN_SERVER(desk, 1);
PATCHBAY_SUPERVISOR(chronicle_sup);
