#pragma once
// A gen_statem: a struct without members whose static functions are the callbacks; the host owns state and data, postponed events and timers.
//
//   using state                                                        an enum, a std::variant of structs, or any serialisable type with ==
//   struct data                                                        serialisable
//   using calls / casts / infos / internals / timeouts / imports = patchbay::messages<…>     any may be left out; timeouts: their contents
//   static constexpr auto callback_mode = patchbay::callback_mode::…   statem_events.hpp has the defaults
//   init(const args&) or init()      -> ok(state, data) with actions | statem_init<state, data> | stop(…) | init_error(…) | ignore()
//   handle_event(const EVENT&, STATE, data&) -> void | event_handler_result<state> | next_state(…) | keep_state() | repeat_state() | stop(…) | stop_and_reply(…)
//     EVENT: on::call<M>, on::cast<M>, on::info<M>, on::internal<M>, on::timeout<M>, on::state_timeout<M>, on::generic_timeout<M>,
//            exit_signal, down, response<M>; on::enter<state> asks for enter calls
//     STATE: const state&; with state_functions the alternative of the variant, or in<state::open>
//   terminate(const exit_reason&, const state&, data&)
//   code_change(upgrade<N>, const state_vN&) -> state_and_data<state, data>; code_change(downgrade<N>, const state_and_data<state, data>&) -> state_vN,
//     where `using state_vN = state_and_data<…>` is the older version's; no enter call follows
//   format_status(const state&, const data&)
// An event that its state has no function for ends the process with function_clause; the enter call does nothing then.
#include <string_view>

#include <patchbay/abi.h>
#include <patchbay/answers.hpp>
#include <patchbay/args.hpp>
#include <patchbay/calls.hpp>
#include <patchbay/from.hpp>
#include <patchbay/links.hpp>
#include <patchbay/message.hpp>
#include <patchbay/processes.hpp>
#include <patchbay/signals.hpp>
#include <patchbay/statem_actions.hpp>
#include <patchbay/statem_events.hpp>
#include <patchbay/statem_results.hpp>
#include <patchbay/table/statem_module.hpp>
#include <patchbay/timers.hpp>
#include <patchbay/upgrade.hpp>
#include <patchbay/visibility.hpp>

namespace patchbay::gen_statem {

/// gen_statem:call/2: as patchbay::call, but that it waits for ever unless with_timeout(…) says otherwise. A late reply is dropped, so that every
/// timeout is OTP's clean one.
template <class Message = void, class To, class... Arguments>
auto call(const To& to, Arguments&&... arguments) {
  if constexpr (std::is_same_v<To, callee>) {
    return patchbay::call<Message>(to, std::forward<Arguments>(arguments)...);
  } else {
    return patchbay::call<Message>(with_timeout(to, infinity), std::forward<Arguments>(arguments)...);
  }
}
/// The same whose failure is a value.
template <class Message = void, class To, class... Arguments>
auto try_call(const To& to, Arguments&&... arguments) {
  if constexpr (std::is_same_v<To, callee>) {
    return patchbay::try_call<Message>(to, std::forward<Arguments>(arguments)...);
  } else {
    return patchbay::try_call<Message>(with_timeout(to, infinity), std::forward<Arguments>(arguments)...);
  }
}

}  // namespace patchbay::gen_statem

/// Makes a struct a module of this plugin. `version` is that of its state and data: raise it when one of them changes.
/// Stands in the global namespace or in the struct's own; the name goes without namespace.
#define PATCHBAY_GEN_STATEM(type, version)                                                             \
  extern "C" PATCHBAY_HIDDEN const pb_module* patchbay_module_##type(::std::string_view application) { \
    return ::patchbay::detail::statem_module<type, version>::table(application, #type);                \
  }
