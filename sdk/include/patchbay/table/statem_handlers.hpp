#pragma once
// How events reach a gen_statem's handle_event, in both callback modes, and how its results reach the host.
#include <concepts>
#include <memory>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>

#include <patchbay/abi.h>
#include <patchbay/serial/enum_name.hpp>
#include <patchbay/serial/type_name.hpp>
#include <patchbay/signals.hpp>
#include <patchbay/statem_events.hpp>
#include <patchbay/statem_results.hpp>
#include <patchbay/table/answer_writer.hpp>
#include <patchbay/table/signal_from.hpp>

namespace patchbay::detail {

template <class T>
inline constexpr bool is_variant = false;
template <class... T>
inline constexpr bool is_variant<std::variant<T...>> = true;

template <class Module>
consteval callback_mode mode_of() {
  if constexpr (requires { Module::callback_mode; }) {
    return Module::callback_mode;
  } else {
    return is_variant<typename Module::state> ? callback_mode::state_functions : callback_mode::handle_event_function;
  }
}

/// handle_event takes this event with this second argument.
template <class Module, class Event, class Where>
concept handles_in = requires(const Event& event, Where where, typename Module::data& data) {
  Module::handle_event(event, where, data);
};

template <class Module, class Event, class... Alternative>
consteval bool handles_in_one(const std::variant<Alternative...>*) {
  return (handles_in<Module, Event, Alternative&> || ...);
}
template <class Module, class Event, class Enum, std::size_t... I>
consteval bool handles_in_one(std::index_sequence<I...>) {
  return (handles_in<Module, Event, in<static_cast<Enum>(I)>> || ...);
}

/// Some state has a function for this event.
template <class Module, class Event>
consteval bool handles_statem_event() {
  using state = typename Module::state;
  if constexpr (mode_of<Module>() == callback_mode::handle_event_function) {
    return handles_in<Module, Event, state&>;
  } else if constexpr (is_variant<state>) {
    return handles_in_one<Module, Event>(static_cast<const state*>(nullptr));
  } else {
    static_assert(
        std::is_enum_v<state>,
        "Patchbay: state_functions needs a state that is a std::variant, or an enum whose values are below 64");
    return handles_in_one<Module, Event, state>(std::make_index_sequence<named_enumerators>());
  }
}

/// Two states are one: by their own ==, else by which alternative of the variant they are.
template <class State>
bool same_state(const State& a, const State& b) {
  return a == b;
}
template <class... Alternative>
bool same_state(const std::variant<Alternative...>& a, const std::variant<Alternative...>& b) {
  if constexpr ((std::equality_comparable<Alternative> && ...)) {
    return a == b;
  } else {
    return a.index() == b.index();
  }
}

template <class State>
std::string state_name(const State& state) {
  if constexpr (is_variant<State>) {
    return std::visit([]<class Alternative>(const Alternative&) { return std::string(short_type_name<Alternative>()); },
                      state);
  } else if constexpr (std::is_enum_v<State>) {
    const auto name = enum_name(state);
    return name.empty() ? std::to_string(static_cast<long long>(state)) : std::string(name);
  } else if constexpr (std::is_convertible_v<const State&, std::string_view>) {
    return std::string(std::string_view(state));
  } else if constexpr (std::is_integral_v<State>) {
    return std::to_string(state);
  } else {
    return std::string(short_type_name<State>());
  }
}

template <class Module>
class statem_handlers {
 public:
  using state = typename Module::state;
  using data = typename Module::data;
  using both = state_and_data<state, data>;
  using result = event_handler_result<state>;
  static constexpr bool enters = handles_statem_event<Module, on::enter<state>>();

  static pb_status enter(const void* old_state, void* raw, pb_result* out) noexcept {
    return run_callback(out, [&] {
      auto& now = *static_cast<both*>(raw);
      const on::enter<state> event{old_state == nullptr ? now.state : *static_cast<const state*>(old_state)};
      finish(run(event, now), now, out);
    });
  }
  static void forget(void* old_state) noexcept { delete static_cast<state*>(old_state); }

  template <class Message>
  static pb_status call(void* raw, void* object, const pb_from* caller, void*, pb_result* out) noexcept {
    return handle(on::call<Message>{*static_cast<Message*>(object), {static_cast<pid>(caller->pid), caller->tag}}, raw,
                  out);
  }
  template <class Event, class Message>
  static pb_status message(void* raw, void* object, const pb_from*, void*, pb_result* out) noexcept {
    return handle(Event{*static_cast<Message*>(object)}, raw, out);
  }
  template <class Message>
  static pb_status generic_timeout(void* raw, void* object, const pb_from*, void*, pb_result* out) noexcept {
    return handle(on::generic_timeout<Message>{to_view(out->statem->name), *static_cast<Message*>(object)}, raw, out);
  }
  template <class Signal>
  static pb_status signal(void* raw, void* object, const pb_from*, void*, pb_result* out) noexcept {
    return run_callback(out, [&] {
      auto& now = *static_cast<both*>(raw);
      finish(run(signal_from(static_cast<Signal*>(nullptr), object), now), now, out);
    });
  }

  /// A response may be postponed: its reply stays where it is, unless it can only be moved.
  template <class Message>
  static pb_status response_event(void* raw, void* object, const pb_from*, void*, pb_result* out) noexcept {
    return run_callback(out, [&] {
      auto& now = *static_cast<both*>(raw);
      const auto& told = *static_cast<pb_response*>(object);
      using reply_type = reply_object<Message>;
      if constexpr (std::is_copy_constructible_v<reply_type>) {
        if (told.status == PB_OK) {
          const response<Message> event{{told.request},
                                        reply_outcome<Message>(reply_type(*static_cast<reply_type*>(told.reply)))};
          return finish(run(event, now), now, out);
        }
      }
      finish(run(signal_from(static_cast<response<Message>*>(nullptr), object), now), now, out);
    });
  }

  /// Hands actions to the host, each object with its action.
  static void perform(std::vector<statem_action>& actions, pb_result* out, const pb_module* module) {
    const pb_statem_actions& host_side = *out->statem->actions;
    for (statem_action& each : actions) perform(each, host_side, module);
  }
  /// Set while the table is built.
  static inline const pb_module* table = nullptr;

 private:
  template <class Event>
  static pb_status handle(const Event& event, void* raw, pb_result* out) noexcept {
    return run_callback(out, [&] {
      auto& now = *static_cast<both*>(raw);
      finish(run(event, now), now, out);
    });
  }

  /// Calls the function of the present state.
  template <class Event>
  static result run(const Event& event, both& now) {
    if constexpr (mode_of<Module>() == callback_mode::handle_event_function) {
      return invoke(event, now.state, now.data);
    } else if constexpr (is_variant<state>) {
      return std::visit([&](auto& alternative) { return invoke(event, alternative, now.data); }, now.state);
    } else {
      return run_enum(event, now, std::make_index_sequence<named_enumerators>());
    }
  }
  template <class Event, std::size_t... I>
  static result run_enum(const Event& event, both& now, std::index_sequence<I...>) {
    result out;
    const bool known =
        ((static_cast<std::size_t>(now.state) == I ? (out = invoke(event, in<static_cast<state>(I)>(), now.data), true)
                                                   : false) ||
         ...);
    if (!known) missing<Event>(now.state);
    return out;
  }

  template <class Event, class Where>
  static result invoke(const Event& event, Where&& where, data& d) {
    if constexpr (handles_in<Module, Event, Where>) {
      using answer = decltype(Module::handle_event(event, where, d));
      if constexpr (std::is_void_v<answer>) {
        Module::handle_event(event, where, d);
        return result();
      } else {
        static_assert(std::is_convertible_v<answer, result>,
                      "Patchbay: handle_event returns void, event_handler_result<state>, next_state(…), keep_state(), "
                      "repeat_state(), stop(reason) or stop_and_reply(…)");
        return Module::handle_event(event, where, d);
      }
    } else if constexpr (std::is_same_v<Event, on::enter<state>>) {
      return result();  // a state that does nothing on entry
    } else {
      missing<Event>(where);
      return result();
    }
  }
  template <class Event, class Where>
  [[noreturn]] static void missing(const Where& where) {
    throw std::logic_error("function_clause: " + std::string(short_type_name<Module>()) + " has no handle_event for " +
                           std::string(short_type_name<Event>()) + " in state " + name_where(where));
  }
  template <auto State>
  static std::string name_where(in<State>) {
    return state_name(State);
  }
  template <class Where>
  static std::string name_where(const Where& where) {
    if constexpr (std::is_same_v<Where, state>) {
      return state_name(where);
    } else {
      return std::string(short_type_name<Where>());
    }
  }

  static void finish(result returned, both& now, pb_result* out) {
    pb_statem_result& statem = *out->statem;
    if (returned.outcome() == PB_STATEM_STOP) {
      perform(returned.actions(), out, table);
      out->reason_kind = static_cast<std::uint32_t>(returned.why().word());
      write_text(out->reason_text, returned.why().text());
      statem.outcome = PB_STATEM_STOP;
      return;
    }
    if (returned.state()) {
      statem.changed = same_state(*returned.state(), now.state) ? 0 : 1;
      if (statem.changed != 0) {
        if constexpr (enters) statem.old_state = new state(now.state);
      }
      now.state = std::move(*returned.state());
    }
    statem.outcome = returned.outcome();
    perform(returned.actions(), out, table);
  }

  static std::uint32_t index_of(std::uint32_t kind, const pb_type* type, const pb_module* of) {
    for (std::size_t i = 0; i < of->message_count; ++i) {
      if (of->messages[i]->kind == kind && of->messages[i]->type == type) return static_cast<std::uint32_t>(i);
    }
    throw std::logic_error("bad_action_from_state_function: " + std::string(to_view(type->name)) +
                           " has no handle_event for the event that it would become");
  }

  static void perform(statem_action& each, const pb_statem_actions& to, const pb_module* of) {
    using kind = statem_action::kind;
    const pb_str name = to_str(each.name);
    switch (each.what) {
      case kind::postpone:
        return to.postpone(to.context);
      case kind::reply:
        return to.reply(to.context, &each.from, each.type, each.hand_over());
      case kind::next_event: {
        const auto index = index_of(each.event_kind, each.type, of);
        const pb_from* from = each.event_kind == PB_KIND_CALL ? &each.from : nullptr;
        return to.next_event(to.context, index, from, each.hand_over());
      }
      case kind::timeout: {
        const auto index = index_of(each.event_kind, each.type, of);
        return to.timeout(to.context, each.event_kind, name, each.ms, each.absolute ? 1 : 0, index, each.hand_over());
      }
      case kind::cancel:
        return to.cancel_timeout(to.context, each.event_kind, name);
      case kind::update: {
        const auto index = index_of(each.event_kind, each.type, of);
        return to.update_timeout(to.context, each.event_kind, name, index, each.hand_over());
      }
    }
  }
};

}  // namespace patchbay::detail
