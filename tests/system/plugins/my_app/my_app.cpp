// MyServer under MySupervisor under MyApp, as the textbooks have it: a server that keeps a list of what it was told.
#include <patchbay/gen_server.hpp>
#include <patchbay/supervisor.hpp>

struct put {
  using reply = std::int64_t;  // how many there are
  std::string what;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(what)); }
};
struct get {
  using reply = std::vector<std::string>;
};
/// Divides, and crashes where a divisor is 0.
struct divide {
  using reply = std::int64_t;
  std::int64_t of = 0;
  std::int64_t by = 1;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(of), PATCHBAY_FIELD(by)); }
};
/// As put, by a message that nobody answers.
struct note {
  std::string what;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(what)); }
};

/// Crashes the machine code, in a function with a name.
struct crash {
  using reply = void;
};
[[gnu::noinline]] static void write_to_nowhere(volatile std::int64_t* where) { *where = 1; }

struct my_server {
  using calls = patchbay::messages<put, get, divide, crash>;
  using infos = patchbay::messages<note>;
  struct state {
    std::vector<std::string> items;
    void serialize(auto& ar) { ar(PATCHBAY_FIELD(items)); }
  };
  static state init() { return {}; }
  static std::int64_t handle_call(const put& m, patchbay::from, state& s) {
    s.items.push_back(m.what);
    return static_cast<std::int64_t>(s.items.size());
  }
  static std::vector<std::string> handle_call(const get&, patchbay::from, const state& s) { return s.items; }
  static std::int64_t handle_call(const divide& m, patchbay::from, state&) {
    if (m.by == 0) throw std::domain_error("badarith");
    return m.of / m.by;
  }
  static void handle_call(const crash&, patchbay::from, state& s) {
    write_to_nowhere(reinterpret_cast<volatile std::int64_t*>(s.items.size() * 8 + 16));
    s.items.clear();
  }
  static void handle_info(const note& m, state& s) { s.items.push_back(m.what); }
};
PATCHBAY_GEN_SERVER(my_server, 1);

struct my_supervisor {
  static patchbay::sup_spec init(const patchbay::args&) {
    return {.children = {{.id = "my_server", .module = "my_server", .name = "my_server", .args = {}}}};
  }
};
PATCHBAY_SUPERVISOR(my_supervisor);
