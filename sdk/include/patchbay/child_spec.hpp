#pragma once
// What a supervisor's init returns: OTP's sup_flags and child specifications, with their names and defaults.
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <patchbay/abi.h>
#include <patchbay/arg_list.hpp>
#include <patchbay/times.hpp>

namespace patchbay {

enum class strategy : std::uint32_t {
  one_for_one = PB_STRATEGY_ONE_FOR_ONE,
  one_for_all = PB_STRATEGY_ONE_FOR_ALL,
  rest_for_one = PB_STRATEGY_REST_FOR_ONE,
  simple_one_for_one = PB_STRATEGY_SIMPLE_ONE_FOR_ONE
};
inline constexpr strategy one_for_one = strategy::one_for_one;
inline constexpr strategy one_for_all = strategy::one_for_all;
inline constexpr strategy rest_for_one = strategy::rest_for_one;
inline constexpr strategy simple_one_for_one = strategy::simple_one_for_one;

enum class restart : std::uint32_t {
  permanent = PB_RESTART_PERMANENT,
  transient = PB_RESTART_TRANSIENT,
  temporary = PB_RESTART_TEMPORARY
};
inline constexpr restart permanent = restart::permanent;
inline constexpr restart transient = restart::transient;
inline constexpr restart temporary = restart::temporary;

enum class child_type : std::uint32_t { worker = PB_CHILD_WORKER, supervisor = PB_CHILD_SUPERVISOR };

/// As a shutdown time: the child is killed at once.
inline constexpr std::chrono::milliseconds brutal_kill{0};

/// One child, for designated initialisers: `{.id = "stash", .module = "stash_server", .name = "stash"}`.
struct child_spec {
  std::string id = {};
  std::string module = {};  ///< of this application, or `application/module`; empty: the id
  std::string name = {};    ///< local name, or none
  arg_list args = {};
  patchbay::restart restart = permanent;
  std::optional<std::chrono::milliseconds> shutdown =
      {};  ///< brutal_kill, a time or infinity; default 5 s, infinity for supervisors
  child_type type = child_type::worker;
  bool significant = false;
};

/// Flags and children, started in this order. OTP's defaults, but Elixir's 3 restarts in 5 s.
struct sup_spec {
  patchbay::strategy strategy = one_for_one;
  std::uint32_t intensity = 3;
  std::chrono::seconds period{5};
  std::vector<child_spec> children = {};
};

}  // namespace patchbay
