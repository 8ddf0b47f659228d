#include <cstdint>
#include <patchbay/gen_server.hpp>
#include <patchbay/supervisor.hpp>
#include <string>

struct greet {
  using reply = std::string;
  std::string name;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(name)); }
};

struct greeter {
  using calls = patchbay::messages<greet>;
  struct state {
    std::int64_t greeted = 0;
    void serialize(auto& ar) { ar(PATCHBAY_FIELD(greeted)); }
  };
  static state init(const patchbay::args&) { return {}; }
  static std::string handle_call(const greet& m, patchbay::from, state& s) {
    return "hello " + m.name + ", number " + std::to_string(++s.greeted);
  }
};
PATCHBAY_GEN_SERVER(greeter, 1);

struct greeter_sup {
  static patchbay::sup_spec init(const patchbay::args& a) {
    return {.children = {{.id = "greeter", .module = "greeter", .name = "greeter", .args = a}}};
  }
};
PATCHBAY_SUPERVISOR(greeter_sup);
