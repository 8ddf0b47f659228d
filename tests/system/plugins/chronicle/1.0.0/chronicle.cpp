// Puts a handler of its own into another plugin's event manager.
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
  struct state {
    std::vector<std::string> lines;
    patchbay::request<approve> asked;
    void serialize(auto& ar) { ar(PATCHBAY_FIELD(lines), PATCHBAY_FIELD(asked)); }
  };
  static state init() { return {}; }
  static void handle_event(const published& m, state& s) {
    s.lines.push_back(m.text);
    s.asked = patchbay::send_request<approve>("bulletin", m.text);
  }
  static void handle_info(const patchbay::response<approve>& m, state& s) {
    if (m.request == s.asked) s.lines.push_back("editor: " + *m.outcome);
  }
  static std::vector<std::string> handle_call(const entries&, state& s) { return s.lines; }
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
PATCHBAY_GEN_EVENT(chronicle, 1);
PATCHBAY_GEN_SERVER(desk, 1);
PATCHBAY_SUPERVISOR(chronicle_sup);
