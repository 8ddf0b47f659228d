#pragma once
// code_change in both directions, direct or step by step over the states in between.
#include <cstdint>
#include <type_traits>
#include <utility>

#include <patchbay/abi.h>
#include <patchbay/answers.hpp>
#include <patchbay/args.hpp>
#include <patchbay/table/answer_writer.hpp>
#include <patchbay/upgrade.hpp>

namespace patchbay::detail {

/// Stands for a state of any type, to see whether there is a code_change for a version at all.
struct any_state {
  template <class T>
  operator T&() const;  // NOLINT(google-explicit-constructor)
};

template <class Server, class Direction, class State>
concept changes_plain = requires(const State& state) { Server::code_change(Direction{}, state); };
template <class Server, class Direction, class State>
concept changes_with_args =
    requires(const State& state, const args& config) { Server::code_change(Direction{}, state, config); };
template <class Server, class Direction, class State>
concept changes = changes_plain<Server, Direction, State> || changes_with_args<Server, Direction, State>;
template <class Server, class Direction>
concept mentions = requires(any_state state) { Server::code_change(Direction{}, state); } ||
                   requires(any_state state, const args& config) { Server::code_change(Direction{}, state, config); };

template <class Server, class Direction, class State>
auto change(const State& state, const args& config) {
  if constexpr (changes_with_args<Server, Direction, State>) {
    return Server::code_change(Direction{}, state, config);
  } else {
    return Server::code_change(Direction{}, state);
  }
}
template <class Server, class Direction, class State>
using changed = decltype(change<Server, Direction>(std::declval<const State&>(), std::declval<const args&>()));

template <class State, class Answer>
inline constexpr bool is_state_answer = std::is_same_v<Answer, State> || std::is_same_v<Answer, ok_answer<State>>;

/// The version above From, below Version, whose kept state is this type; Version where there is none.
template <class Server, class State, std::uint32_t Version, std::uint32_t From>
consteval std::uint32_t version_of() {
  if constexpr (From + 1 >= Version) {
    return Version;
  } else if constexpr (keeps_state<Server, From + 1>) {
    if constexpr (std::is_same_v<old_state_of<Server, From + 1>, State>)
      return From + 1;
    else
      return version_of<Server, State, Version, From + 1>();
  } else {
    return version_of<Server, State, Version, From + 1>();
  }
}

/// Upward from N: the answer of the last step, a state or an ok_answer of it.
template <class Server, std::uint32_t Version, std::uint32_t N, class State>
auto climb(const State& old, const args& config) {
  using answer = changed<Server, upgrade<N>, State>;
  if constexpr (is_state_answer<typename Server::state, answer>) {
    return change<Server, upgrade<N>>(old, config);
  } else {
    constexpr auto step = version_of<Server, answer, Version, N>();
    static_assert(
        step != Version,
        "Patchbay: code_change(upgrade<N>, const state_vN&) returns state, ok(state, then(…)) or a later state_vK");
    static_assert(
        changes<Server, upgrade<step>, answer>,
        "Patchbay: code_change(upgrade<N>, …) returns a state_vK from which there is no code_change(upgrade<K>, …)");
    return climb<Server, Version, step>(change<Server, upgrade<N>>(old, config), config);
  }
}

/// The nearest version above N whose kept state can be taken down to N; Version where that is this version's state or none can.
template <class Server, std::uint32_t Version, std::uint32_t N, std::uint32_t K = N + 1>
consteval std::uint32_t step_above() {
  if constexpr (K >= Version) {
    return Version;
  } else if constexpr (keeps_state<Server, K>) {
    if constexpr (changes<Server, downgrade<N>, old_state_of<Server, K>>)
      return K;
    else
      return step_above<Server, Version, N, K + 1>();
  } else {
    return step_above<Server, Version, N, K + 1>();
  }
}

template <class Server, std::uint32_t Version, std::uint32_t N>
consteval bool can_descend() {
  if constexpr (changes<Server, downgrade<N>, typename Server::state>) {
    return true;
  } else {
    constexpr auto step = step_above<Server, Version, N>();
    if constexpr (step != Version)
      return can_descend<Server, Version, step>();
    else
      return false;
  }
}

template <class Server, std::uint32_t Version, std::uint32_t N>
auto descend(const typename Server::state& state, const args& config) {
  if constexpr (changes<Server, downgrade<N>, typename Server::state>) {
    return change<Server, downgrade<N>>(state, config);
  } else {
    constexpr auto step = step_above<Server, Version, N>();
    return change<Server, downgrade<N>>(descend<Server, Version, step>(state, config), config);
  }
}

template <class Server, std::uint32_t Version, std::uint32_t N>
struct migration {
  static constexpr bool down = can_descend<Server, Version, N>();

  static consteval auto old_type() {
    if constexpr (keeps_state<Server, N>) {
      return std::type_identity<old_state_of<Server, N>>();
    } else if constexpr (down) {
      return std::type_identity<decltype(descend<Server, Version, N>(std::declval<const typename Server::state&>(),
                                                                     std::declval<const args&>()))>();
    } else {
      return std::type_identity<void>();
    }
  }
  using old_state = typename decltype(old_type())::type;

  static consteval bool can_climb() {
    if constexpr (std::is_void_v<old_state>)
      return false;
    else
      return changes<Server, upgrade<N>, old_state>;
  }
  static constexpr bool up = can_climb();
  static constexpr bool exists = up || down;

  static consteval bool check() {
    static_assert(
        up || !mentions<Server, upgrade<N>>,
        "Patchbay: code_change(upgrade<N>, …) does not take the old state: declare `struct state_vN` in the server and "
        "take it as `const state_vN&`");
    static_assert(down || !mentions<Server, downgrade<N>>,
                  "Patchbay: code_change(downgrade<N>, …) must take `const state&`, or the `const state_vK&` of a "
                  "version between");
    static_assert(exists || !keeps_state<Server, N>,
                  "Patchbay: the server keeps a state_vN, but has neither code_change(upgrade<N>, const state_vN&) nor "
                  "code_change(downgrade<N>, const state&)");
    if constexpr (down && keeps_state<Server, N>) {
      static_assert(std::is_same_v<decltype(descend<Server, Version, N>(std::declval<const typename Server::state&>(),
                                                                        std::declval<const args&>())),
                                   old_state>,
                    "Patchbay: code_change(downgrade<N>, const state&) must return state_vN");
    }
    return true;
  }

  static pb_status climb_thunk(const pb_code_change* what, const void* old, void* storage, pb_result* result) noexcept {
    return run_callback(result, [&] {
      const args config(what->config);
      using answer = decltype(climb<Server, Version, N>(*static_cast<const old_state*>(old), config));
      if constexpr (std::is_same_v<answer, typename Server::state>) {
        ::new (storage) answer(climb<Server, Version, N>(*static_cast<const old_state*>(old), config));
      } else {
        answer_writer<Server>(result, storage)
            .start(climb<Server, Version, N>(*static_cast<const old_state*>(old), config));
      }
    });
  }
  static pb_status descend_thunk(const pb_code_change* what, const void* state, void* storage,
                                 pb_result* result) noexcept {
    return run_callback(result, [&] {
      const args config(what->config);
      ::new (storage)
          old_state(descend<Server, Version, N>(*static_cast<const typename Server::state*>(state), config));
    });
  }
};

}  // namespace patchbay::detail
