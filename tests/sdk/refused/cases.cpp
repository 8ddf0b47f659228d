// Compiled once per CASE_*, to see that the SDK says what is wrong.
#include <patchbay/patchbay.hpp>

struct ping {
  using reply = int;
  void serialize(auto&) {}
};
struct poke {};

namespace {

struct server {
#ifdef CASE_no_handler
  using calls = patchbay::messages<ping, poke>;
#elif defined(CASE_no_reply)
  using calls = patchbay::messages<poke>;
#elif defined(CASE_no_owner)
  using imports = patchbay::messages<ping>;
#endif
#ifdef CASE_members
  int remembered = 0;
#endif
  struct state {
    int total = 0;
    void serialize(auto& ar) { ar(PATCHBAY_FIELD(total)); }
  };
  struct other {
    int total = 0;
    void serialize(auto& ar) { ar(PATCHBAY_FIELD(total)); }
  };
  struct state_v1 {
    int total = 0;
    void serialize(auto& ar) { ar(PATCHBAY_FIELD(total)); }
  };
#ifndef CASE_no_init
  static state init(const patchbay::args&) { return {}; }
#endif
#ifdef CASE_no_reply
  static int handle_call(const poke&, patchbay::from, state&) { return 1; }
#endif
#ifdef CASE_wrong_upgrade
  static state code_change(patchbay::upgrade<1>, const other& old) { return {old.total}; }
  static state_v1 code_change(patchbay::downgrade<1>, const state& now) { return {now.total}; }
#elif defined(CASE_wrong_downgrade)
  static state code_change(patchbay::upgrade<1>, const state_v1& old) { return {old.total}; }
  static state_v1 code_change(patchbay::downgrade<1>, const other& now) { return {now.total}; }
#elif defined(CASE_no_code_change)
#else
  static state code_change(patchbay::upgrade<1>, const state_v1& old) { return {old.total}; }
  static state_v1 code_change(patchbay::downgrade<1>, const state& now) { return {now.total}; }
#endif
#ifdef CASE_own_version
  static state code_change(patchbay::upgrade<2>, const other& old) { return {old.total}; }
#endif
};

}  // namespace

PATCHBAY_GEN_SERVER(server, 2);
