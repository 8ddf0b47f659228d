#pragma once
// gen_event: an event manager is a process of the host's module `patchbay/gen_event`; its handlers come from any plugins. A handler is a struct
// without members whose static functions are the callbacks; the host owns the state, and upgrades it with the handler's own plugin.
//
//   using events / calls / infos / imports = patchbay::messages<…>    any may be left out; an event that a handler does not list passes it by
//   struct state                                                       serialisable
//   init(const args&), init() or init(const args&, const args& replaced)   -> state | init_result<state> (state or init_error(…))
//   handle_event / handle_info (const M&, state&)                      -> void | event_result | remove_handler() | swap_handler(…)
//   handle_info also takes exit_signal and down: of what its manager is linked to or monitors; and response<M>: of what a handler has sent with
//   send_request, to all that take it (compare its request with the one that was kept)
//   handle_call(const M&, state&)                                      -> reply | event_call_result<R> | remove_handler(reply) | reply_and_swap(…)
//   terminate(const event_end&, state&)                                -> void | arg_list: what delete_handler answers, and swap_handler hands on
//   code_change, format_status                                         as a gen_server's (gen_server.hpp)
// An exception removes the handler, with a report; the manager and the others live on. Handlers act as their manager: self(), link(), monitor() and
// send_after(self(), …) are the manager's.
#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <patchbay/abi.h>
#include <patchbay/arg_list.hpp>
#include <patchbay/calls.hpp>
#include <patchbay/event_answers.hpp>
#include <patchbay/gen_event_exit.hpp>
#include <patchbay/links.hpp>
#include <patchbay/processes.hpp>
#include <patchbay/table/event_module.hpp>
#include <patchbay/timers.hpp>
#include <patchbay/upgrade.hpp>
#include <patchbay/visibility.hpp>

/// Makes a struct an event handler of this plugin. `version` is that of its state, as in PATCHBAY_GEN_SERVER.
#define PATCHBAY_GEN_EVENT(type, version)                                                              \
  extern "C" PATCHBAY_HIDDEN const pb_module* patchbay_module_##type(::std::string_view application) { \
    return ::patchbay::detail::event_module<type, version>::table(application, #type);                 \
  }

namespace patchbay {

namespace detail {

inline const pb_event_api& event_functions() {
  const pb_event_api* api = host().events;
  if (api == nullptr) throw status_error(PB_E_UNSUPPORTED, "unsupported: this host has no gen_event");
  return *api;
}

/// What the end of a handler answered, JSON.
inline std::string change_handlers(const target& manager, std::uint32_t what, std::string_view handler,
                                   const arg_list& args, std::string_view other, const arg_list& other_args,
                                   const char* name) {
  const auto whom = manager.abi();
  text_sink answer;
  text_sink error;
  const auto status = event_functions().handler(host_table, &whom, what, to_str(handler), to_str(args.json()),
                                                to_str(other), to_str(other_args.json()), answer.get(), error.get());
  if (status != PB_OK) {
    check(status, std::string(name) + " " + std::string(handler) + " of " + manager.text(), error.take());
  }
  return answer.take();
}

template <class Message, class... Arguments>
void notify_handlers(const target& manager, bool sync, Arguments&&... arguments) {
  auto event = make_message<Message>(std::forward<Arguments>(arguments)...);
  const auto whom = manager.abi();
  text_sink error;
  const auto status =
      event_functions().notify(host_table, &whom, &message_cell<Message>, &event, sync ? 1 : 0, error.get());
  if (status != PB_OK) {
    check(status, describe_call<Message>(sync ? "sync_notify of " : "notify of ", manager.text()), error.take());
  }
}

}  // namespace detail

/// OTP's gen_event. Everything here throws status_error with the status that its line names, and PB_E_NOPROC, CALLING_SELF, SHUTTING_DOWN,
/// IN_CODE_CHANGE, BADARG (the process is no event manager) besides. A handler is named `module` (of the own application) or `application/module`, with
/// `:id` behind it where a module is there more than once.
namespace gen_event {

/// The module of event managers, for child specs and start().
inline constexpr std::string_view module = "patchbay/gen_event";

/// Starts an event manager without handlers. As gen_server's start and start_link.
inline pid start(const start_options& options = {}) { return patchbay::start(module, options); }
inline pid start_link(const start_options& options = {}) { return patchbay::start_link(module, options); }
/// Every handler's terminate runs with event_end::why::stop.
inline void stop(const target& manager, const exit_reason& reason = normal,
                 std::chrono::milliseconds timeout = infinity) {
  gen_server::stop(manager, reason, timeout);
}

/// Adds a handler and returns when its init has: PB_E_INIT with its reason, UNDEF_MODULE.
inline void add_handler(const target& manager, std::string_view handler, const arg_list& args = {}) {
  detail::change_handlers(manager, PB_EVENT_ADD, handler, args, {}, {}, "add_handler");
}
/// The same, and links the manager with the running process: the handler ends with that process, which gets a gen_event_exit when the handler leaves
/// before. Only in a handler of a process: PB_E_NO_PROCESS.
inline void add_sup_handler(const target& manager, std::string_view handler, const arg_list& args = {}) {
  detail::change_handlers(manager, PB_EVENT_ADD_SUP, handler, args, {}, {}, "add_sup_handler");
}
/// What terminate answered, as JSON; empty where that is nothing. PB_E_MODULE_NOT_FOUND.
inline std::string delete_handler(const target& manager, std::string_view handler, const arg_list& args = {}) {
  return detail::change_handlers(manager, PB_EVENT_DELETE, handler, args, {}, {}, "delete_handler");
}
/// Replaces handler by handler2: what terminate(args1) of the first answers goes into init(args2, replaced) of the second. Without such a handler the second
/// is added all the same, and `replaced` is {"answer": "error"}. PB_E_INIT, UNDEF_MODULE: then neither is there.
inline void swap_handler(const target& manager, std::string_view handler, const arg_list& args1,
                         std::string_view handler2, const arg_list& args2 = {}) {
  detail::change_handlers(manager, PB_EVENT_SWAP_HANDLER, handler, args1, handler2, args2, "swap_handler");
}
/// The same; handler2 is then supervised by the running process.
inline void swap_sup_handler(const target& manager, std::string_view handler, const arg_list& args1,
                             std::string_view handler2, const arg_list& args2 = {}) {
  detail::change_handlers(manager, PB_EVENT_SWAP_SUP, handler, args1, handler2, args2, "swap_sup_handler");
}

/// An event to every handler, as they come: notify<order>(manager, fields…) or notify(manager, order{…}). To nobody it is no error. NOT_IMPORTED: put it
/// into the sender's `imports`.
template <class Message = void, class... Arguments>
void notify(const target& manager, Arguments&&... arguments) {
  detail::notify_handlers<typename detail::message_of<Message, Arguments...>::type>(
      manager, false, std::forward<Arguments>(arguments)...);
}
/// Returns when every handler has handled it.
template <class Message = void, class... Arguments>
void sync_notify(const target& manager, Arguments&&... arguments) {
  detail::notify_handlers<typename detail::message_of<Message, Arguments...>::type>(
      manager, true, std::forward<Arguments>(arguments)...);
}

/// A call of one handler whose failure is a value: call<count>(manager, "handler", fields…), by default 5 s (with_timeout). PB_E_BAD_MODULE: no such
/// handler; EXCEPTION: {'EXIT', Reason}, it failed and has left; TIMEOUT, UNDEF_MESSAGE, NOT_IMPORTED.
template <class Message = void, class... Arguments>
auto try_call(const callee& manager, std::string_view handler, Arguments&&... arguments) {
  using message_type = typename detail::message_of<Message, Arguments...>::type;
  auto message = detail::make_message<message_type>(std::forward<Arguments>(arguments)...);
  detail::reply_room<detail::reply_object<message_type>> room;
  detail::text_sink error;
  const auto whom = manager.whom.abi();
  const auto status = detail::event_functions().call(
      detail::host_table, &whom, detail::to_str(handler), &detail::message_cell<message_type>, &message,
      &detail::reply_cell<message_type>, room.storage(), detail::to_ms(manager.timeout), error.get());
  return detail::fetched<message_type>(status, room, error);
}
/// gen_event:call. Throws call_error.
template <class Message = void, class... Arguments>
auto call(const callee& manager, std::string_view handler, Arguments&&... arguments)
    -> reply_of<typename detail::message_of<Message, Arguments...>::type> {
  using message_type = typename detail::message_of<Message, Arguments...>::type;
  auto outcome = gen_event::try_call<Message>(manager, handler, std::forward<Arguments>(arguments)...);
  if (!outcome) {
    const auto what =
        detail::describe_call<message_type>("call of ", std::string(handler) + " of " + manager.whom.text());
    throw call_error(outcome.status(), detail::failure_text(outcome.status(), what, outcome.reason()),
                     outcome.reason());
  }
  if constexpr (!std::is_void_v<reply_of<message_type>>) return std::move(*outcome);
}

/// The names of all handlers, newest first, which is the order in which they see events.
inline std::vector<std::string> which_handlers(const target& manager) {
  const auto whom = manager.abi();
  detail::text_sink lines;
  detail::text_sink error;
  const auto status = detail::event_functions().which_handlers(detail::host_table, &whom, lines.get(), error.get());
  if (status != PB_OK) detail::check(status, "which_handlers of " + manager.text(), error.take());
  std::vector<std::string> names;
  const std::string text = lines.take();
  for (std::size_t begin = 0; begin < text.size();) {
    const auto end = text.find('\n', begin);
    names.push_back(text.substr(begin, end - begin));
    begin = end == std::string::npos ? text.size() : end + 1;
  }
  return names;
}

}  // namespace gen_event
}  // namespace patchbay
