#include <patchbay/gen_server.hpp>

#include "@name@/messages.hpp"

// No members: the host owns the state, and carries it to the next version.
struct @name @_server {
  using calls = patchbay::messages<@name @ ::bump, @name @ ::total>;
  struct state {
    std::int64_t total = 0;
    void serialize(auto& ar) { ar(PATCHBAY_FIELD(total)); }
  };
  static state init(const patchbay::args& a) { return {a.get<std::int64_t>("start_at", 0)}; }
  static std::int64_t handle_call(const @name @ ::bump& m, patchbay::from, state& s) { return s.total += m.by; }
  static std::int64_t handle_call(const @name @ ::total&, patchbay::from, const state& s) { return s.total; }
};
PATCHBAY_GEN_SERVER(@name @_server, 1);
