#pragma once
// A gen_server: a struct without members whose static functions are the callbacks; the host owns the state.
//
//   using calls / casts / infos / continues / imports = patchbay::messages<…>   any may be left out
//   struct state                                                                 serialisable
//   init(const args&) or init()               -> state | init_result<state> | ok(…) | stop(…) | init_error(…) | ignore()
//   handle_call(const M&, from, state&)       -> reply | call_result<R> | reply(…) | noreply(…) | stop(…)
//   handle_cast / handle_info / handle_continue (const M&, state&) -> void | cast_result | noreply(…) | stop(…)
//   handle_info also takes exit_signal, down, timeout and response<M>: those that it has an overload for
//   terminate(const exit_reason&, state&)
//   static constexpr std::size_t max_mailbox  calls and casts that may wait: more are refused as overloaded; none: no limit
//   code_change(upgrade<N>, const state_vN&)  -> state | ok(state, then(…)); code_change(downgrade<N>, const state&) -> state_vN
//   format_status(const state&)               -> what sys:get_status shows
// Any of the handle_ functions may be a coroutine: it returns task<R> (task.hpp) and waits with co_await co::call<M>(…), co::sleep(…).
// A message may be taken as const M& or M&&, the state as state& or const state&; code_change may take const args& at the end.
#include <string_view>

#include <patchbay/abi.h>
#include <patchbay/answers.hpp>
#include <patchbay/args.hpp>
#include <patchbay/calls.hpp>
#include <patchbay/co.hpp>
#include <patchbay/from.hpp>
#include <patchbay/links.hpp>
#include <patchbay/message.hpp>
#include <patchbay/processes.hpp>
#include <patchbay/signals.hpp>
#include <patchbay/table/server_module.hpp>
#include <patchbay/timers.hpp>
#include <patchbay/upgrade.hpp>
#include <patchbay/visibility.hpp>

/// Makes a struct a module of this plugin. `version` is that of its state (OTP's -vsn): raise it when the state changes.
/// Stands in the global namespace or in the struct's own; the name goes without namespace.
#define PATCHBAY_GEN_SERVER(type, version)                                                             \
  extern "C" PATCHBAY_HIDDEN const pb_module* patchbay_module_##type(::std::string_view application) { \
    return ::patchbay::detail::server_module<type, version>::table(application, #type);                \
  }
