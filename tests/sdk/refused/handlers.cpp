// Compiled once per CASE_*: callbacks that would silently never run, because nothing lists them or nothing can call them.
#include <patchbay/patchbay.hpp>

struct ping {
  using reply = int;
};
struct tick {};

namespace {

struct server {
#ifndef CASE_no_calls
  using calls = patchbay::messages<ping>;
#endif
#ifndef CASE_no_casts
  using casts = patchbay::messages<tick>;
#endif
#ifndef CASE_no_infos
  using infos = patchbay::messages<tick>;
#endif
#ifndef CASE_no_continues
  using continues = patchbay::messages<tick>;
#endif
  struct state {};
  struct other {
    int total = 0;
  };
  static state init() { return {}; }
#if defined(CASE_not_static)
  int handle_call(const ping&, patchbay::from, state&) { return 1; }
#else
  static int handle_call(const ping&, patchbay::from, state&) { return 1; }
#endif
  static void handle_cast(const tick&, state&) {}
  static void handle_info(const tick&, state&) {}
  static void handle_continue(const tick&, state&) {}

#if defined(CASE_timeout_alone)
  static void handle_info(const patchbay::timeout&) {}
#elif defined(CASE_timeout_other_state)
  static void handle_info(const patchbay::timeout&, other&) {}
#elif defined(CASE_timeout_as_call)
  static void handle_info(const patchbay::timeout&, patchbay::from, state&) {}
#elif defined(CASE_timeout_not_const)
  static void handle_info(patchbay::timeout&, state&) {}
#elif defined(CASE_timeout_not_static)
  void handle_info(const patchbay::timeout&, state&) {}
#elif defined(CASE_timeout_temporary_state)
  static void handle_info(const patchbay::timeout&, state&&) {}
#elif !defined(CASE_no_infos)
  static void handle_info(const patchbay::timeout&, state&) {}
#endif
#if defined(CASE_exit_wrong)
  static void handle_info(const patchbay::exit_signal&) {}
#elif !defined(CASE_no_infos)
  static void handle_info(patchbay::exit_signal&&, const state&) {}
#endif
#if defined(CASE_down_wrong)
  static void handle_info(const patchbay::down&, other&) {}
#elif !defined(CASE_no_infos)
  static void handle_info(patchbay::down, state&) {}
#endif
#if defined(CASE_response_wrong)
  static void handle_info(const patchbay::response<ping>&) {}
#elif !defined(CASE_no_infos)
  static void handle_info(const patchbay::response<ping>&, state&) {}
#endif

#if defined(CASE_terminate_wrong)
  static void terminate(state&) {}
#else
  static void terminate(const patchbay::exit_reason&, state&) {}
#endif
#if defined(CASE_format_status_wrong)
  static int format_status(state&) { return 1; }
#elif defined(CASE_format_status_void)
  static void format_status(const state&) {}
#else
  static int format_status(const state&) { return 1; }
#endif
};

}  // namespace

PATCHBAY_GEN_SERVER(server, 1);
