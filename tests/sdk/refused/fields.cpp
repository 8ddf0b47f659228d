// Compiled once per CASE_*: objects whose members nothing names.
#include <map>
#include <string>
#include <vector>

#include <patchbay/patchbay.hpp>

struct ping {
  using reply = int;
  int by = 1;
#ifndef CASE_message
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(by)); }
#endif
};
struct answer {
  int n = 0;
#ifndef CASE_reply
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(n)); }
#endif
};
struct ask {
  using reply = answer;
};

namespace {

struct server {
  using calls = patchbay::messages<ping, ask>;
  struct item {
    int n = 0;
#ifndef CASE_item
    void serialize(auto& ar) { ar(PATCHBAY_FIELD(n)); }
#endif
  };
  struct state {
    int total = 0;
    std::map<std::string, std::vector<item>> items;
#ifndef CASE_state
    void serialize(auto& ar) { ar(PATCHBAY_FIELD(total), PATCHBAY_FIELD(items)); }
#endif
  };
  static state init() { return {}; }
  static int handle_call(const ping& m, patchbay::from, state& s) { return s.total += m.by; }
  static answer handle_call(const ask&, patchbay::from, state& s) { return {s.total}; }
};

}  // namespace

PATCHBAY_GEN_SERVER(server, 1);
