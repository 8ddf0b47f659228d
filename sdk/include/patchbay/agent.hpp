#pragma once
// An agent (Elixir's Agent): a process that keeps a state and runs the functions that it is sent, one at a time.
//
//   struct shelf { using state = std::map<std::string, std::int64_t>; };
//   PATCHBAY_AGENT(shelf, 1);
//   agent::start_link<shelf>([] { return shelf::state{{"nails", 3}}; }, {.name = "shelf"});
//   agent::get<shelf>("shelf", [](const auto& s) { return s.size(); });
//
// The struct may have init(const args&) or init(), code_change as a gen_server has it (`{ update = "shelf", change = "advanced" }`), format_status
// and terminate. The functions run in the agent: self() is the agent, and an exception that leaves one ends it with that reason. They are
// code: they go from modules of the same plugin only, everybody else gets PB_E_UNDEF_MESSAGE; so do calls that a swap found waiting.
#include <chrono>
#include <memory>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>

#include <patchbay/calls.hpp>
#include <patchbay/gen_server.hpp>
#include <patchbay/processes.hpp>
#include <patchbay/table/agent_server.hpp>

namespace patchbay::agent {

namespace detail {

template <class Agent>
using server = patchbay::detail::agent_server<Agent>;

/// Writes an update's answer: a new state, or nothing where it changed the state in place.
template <class State, class Function>
auto updater(Function function) {
  return [function = std::move(function)](State& state) mutable {
    using result = std::invoke_result_t<Function&, State&>;
    static_assert(std::is_void_v<result> || std::is_convertible_v<result, State>,
                  "Patchbay: an update returns the new state, or nothing after changing it in place");
    if constexpr (std::is_void_v<result>) {
      function(state);
    } else {
      state = function(state);
    }
  };
}

template <class T, class State>
inline constexpr bool is_value_and_state = false;
template <class Value, class State>
inline constexpr bool is_value_and_state<std::pair<Value, State>, State> = true;

/// Calls with a function whose value comes back by a place that both hold: the caller may have given up when it runs.
template <class Message, class Value, class Argument, class Function>
Value ask(const callee& to, Function function) {
  if constexpr (std::is_void_v<Value>) {
    call<Message>(to, std::move(function));
  } else {
    const auto place = std::make_shared<std::optional<Value>>();
    call<Message>(to,
                  [place, function = std::move(function)](Argument state) mutable { place->emplace(function(state)); });
    return std::move(**place);
  }
}

/// Leaves the function for init of the process that is started meanwhile.
template <class State>
class first {
 public:
  explicit first(const patchbay::detail::closure<State()>& made_by) noexcept
      : before_(std::exchange(patchbay::detail::first_state<State>::made_by, &made_by)) {}
  first(const first&) = delete;
  first& operator=(const first&) = delete;
  ~first() { patchbay::detail::first_state<State>::made_by = before_; }

 private:
  const patchbay::detail::closure<State()>* before_;
};

}  // namespace detail

/// Agent.start and start_link: the agent's init makes its first state, or the function given here, in the agent. Throws as patchbay::start.
template <class Agent>
pid start(const start_options& options = {}) {
  return patchbay::start(patchbay::detail::short_type_name<Agent>(), options);
}
template <class Agent>
pid start_link(const start_options& options = {}) {
  return patchbay::start_link(patchbay::detail::short_type_name<Agent>(), options);
}
template <class Agent, class Function>
  requires std::is_invocable_r_v<typename Agent::state, Function&>
pid start(Function function, const start_options& options = {}) {
  const patchbay::detail::closure<typename Agent::state()> made_by(std::move(function));
  const detail::first<typename Agent::state> left(made_by);
  return start<Agent>(options);
}
template <class Agent, class Function>
  requires std::is_invocable_r_v<typename Agent::state, Function&>
pid start_link(Function function, const start_options& options = {}) {
  const patchbay::detail::closure<typename Agent::state()> made_by(std::move(function));
  const detail::first<typename Agent::state> left(made_by);
  return start_link<Agent>(options);
}

/// Agent.get/2,3: what the function makes of the state. 5000 ms, or with_timeout(to, …). Throws call_error, as all calls here.
template <class Agent, class Function>
auto get(const callee& to, Function function) {
  using state = typename Agent::state;
  using value = std::decay_t<std::invoke_result_t<Function&, const state&>>;
  return detail::ask<typename detail::server<Agent>::get, value, const state&>(to, std::move(function));
}
/// Agent.update/2,3: the function returns the new state, or nothing after changing it in place.
template <class Agent, class Function>
void update(const callee& to, Function function) {
  call<typename detail::server<Agent>::update>(to, detail::updater<typename Agent::state>(std::move(function)));
}
/// Agent.get_and_update/2,3: the function changes the state in place and returns a value, or returns {value, new state}.
template <class Agent, class Function>
auto get_and_update(const callee& to, Function function) {
  using state = typename Agent::state;
  using message = typename detail::server<Agent>::get_and_update;
  using result = std::decay_t<std::invoke_result_t<Function&, state&>>;
  if constexpr (detail::is_value_and_state<result, state>) {
    return detail::ask<message, typename result::first_type, state&>(
        to, [function = std::move(function)](state& s) mutable {
          auto [value, next] = function(s);
          s = std::move(next);
          return value;
        });
  } else {
    return detail::ask<message, result, state&>(to, std::move(function));
  }
}
/// Agent.cast/2: an update that nobody waits for. To nobody is no error.
template <class Agent, class Function>
void cast(const target& to, Function function) {
  patchbay::cast<typename detail::server<Agent>::cast>(to, detail::updater<typename Agent::state>(std::move(function)));
}
/// Agent.stop/1,2,3.
inline void stop(const target& to, const exit_reason& reason = normal, std::chrono::milliseconds timeout = infinity) {
  gen_server::stop(to, reason, timeout);
}

}  // namespace patchbay::agent

/// Makes a struct with a `state` an agent module of this plugin; `version` is the state's, as in PATCHBAY_GEN_SERVER.
#define PATCHBAY_AGENT(type, version)                                                                             \
  extern "C" PATCHBAY_HIDDEN const pb_module* patchbay_module_##type(::std::string_view application) {            \
    return ::patchbay::detail::server_module<::patchbay::detail::agent_server<type>, version>::table(application, \
                                                                                                     #type);      \
  }
