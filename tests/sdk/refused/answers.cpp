// Compiled once per CASE_*: what callbacks return.
#include <optional>
#include <string>
#include <vector>

#include <patchbay/patchbay.hpp>

struct ping {
  using reply = int;
};
struct list {
  using reply = std::vector<int>;
};
struct hush {
  using reply = void;
};
struct tick {};

namespace {

struct server {
  using calls = patchbay::messages<ping, list, hush>;
  using casts = patchbay::messages<tick>;
  struct state {
    int total = 0;
    void serialize(auto& ar) { ar(PATCHBAY_FIELD(total)); }
  };
  struct other {
    int total = 0;
    void serialize(auto& ar) { ar(PATCHBAY_FIELD(total)); }
  };

#if defined(CASE_init_other)
  static other init(const patchbay::args&) { return {}; }
#elif defined(CASE_init_void)
  static void init(const patchbay::args&) {}
#elif defined(CASE_init_noreply)
  static auto init(const patchbay::args&) { return patchbay::noreply(); }
#elif defined(CASE_init_ok_other)
  static auto init(const patchbay::args&) { return patchbay::ok(other()); }
#elif defined(CASE_init_result_other)
  static patchbay::init_result<other> init(const patchbay::args&) { return patchbay::ignore(); }
#else
  static patchbay::init_result<state> init(const patchbay::args&) { return state{1}; }
#endif

#if defined(CASE_reply_other)
  static auto handle_call(const ping&, patchbay::from, state&) { return patchbay::reply(std::string("1")); }
#elif defined(CASE_stop_other)
  static auto handle_call(const ping&, patchbay::from, state&) {
    return patchbay::stop(patchbay::normal, std::string("1"));
  }
#elif defined(CASE_call_result_other)
  static patchbay::call_result<std::string> handle_call(const ping&, patchbay::from, state&) { return "1"; }
#elif defined(CASE_plain_other)
  static std::string handle_call(const ping&, patchbay::from, state&) { return "1"; }
#else
  static auto handle_call(const ping&, patchbay::from, state&) { return patchbay::reply(short(1)); }
#endif

// std::vector<int>(5) would be five zeros: only what converts by itself is a reply.
#if defined(CASE_reply_explicit)
  static auto handle_call(const list&, patchbay::from, state&) { return patchbay::reply(5); }
#elif defined(CASE_plain_explicit)
  static int handle_call(const list&, patchbay::from, state&) { return 5; }
#else
  static std::vector<int> handle_call(const list&, patchbay::from, state&) { return {5}; }
#endif

#if defined(CASE_reply_to_void)
  static auto handle_call(const hush&, patchbay::from, state&) { return patchbay::reply(5); }
#else
  static auto handle_call(const hush&, patchbay::from, state&) { return patchbay::reply(); }
#endif

#if defined(CASE_later_other)
  static void handle_cast(const tick&, state&) { patchbay::reply(patchbay::from_of<ping>(), std::string("1")); }
#elif defined(CASE_cast_replies)
  static auto handle_cast(const tick&, state&) { return patchbay::reply(1); }
#else
  static void handle_cast(const tick&, state&) { patchbay::reply(patchbay::from_of<ping>(), short(1)); }
#endif
};

struct top {
#if defined(CASE_sup_other)
  static server::state init(const patchbay::args&) { return {}; }
#else
  static std::optional<patchbay::sup_spec> init(const patchbay::args&) { return std::nullopt; }
#endif
};

}  // namespace

PATCHBAY_GEN_SERVER(server, 1);
PATCHBAY_SUPERVISOR(top);
