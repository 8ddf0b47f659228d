#pragma once
// The gen_server behind an agent: it runs the functions that it is sent.
#include <string_view>
#include <type_traits>
#include <utility>

#include <patchbay/args.hpp>
#include <patchbay/closure.hpp>
#include <patchbay/from.hpp>
#include <patchbay/message.hpp>

namespace patchbay::detail {

/// Where start(function) leaves its function for init, which the host runs on the same thread before start returns. Set only in between.
template <class State>
struct first_state {
  static inline constinit thread_local const closure<State()>* made_by = nullptr;
};

template <class Agent>
struct agent_server : Agent {
  using state = typename Agent::state;

  struct get {
    using reply = void;
    static constexpr bool local = true;
    static constexpr std::string_view message_name = "get";
    closure<void(const state&)> function;
  };
  struct update {
    using reply = void;
    static constexpr bool local = true;
    static constexpr std::string_view message_name = "update";
    closure<void(state&)> function;
  };
  struct get_and_update {
    using reply = void;
    static constexpr bool local = true;
    static constexpr std::string_view message_name = "get_and_update";
    closure<void(state&)> function;
  };
  struct cast {
    static constexpr bool local = true;
    static constexpr std::string_view message_name = "cast";
    closure<void(state&)> function;
  };
  using calls = messages<get, update, get_and_update>;
  using casts = messages<cast>;

  static state init(const args& config) {
    if (const auto* made_by = std::exchange(first_state<state>::made_by, nullptr)) return (*made_by)();
    if constexpr (requires { Agent::init(config); }) {
      return Agent::init(config);
    } else if constexpr (requires { Agent::init(); }) {
      return Agent::init();
    } else {
      static_assert(
          !requires { &Agent::init; },
          "Patchbay: an agent's init is `static state init(const patchbay::args&)` or `static state init()`");
      return state();
    }
  }
  static void handle_call(const get& m, from, const state& s) { m.function(s); }
  static void handle_call(const update& m, from, state& s) { m.function(s); }
  static void handle_call(const get_and_update& m, from, state& s) { m.function(s); }
  static void handle_cast(const cast& m, state& s) { m.function(s); }
};

}  // namespace patchbay::detail
