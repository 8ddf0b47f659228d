#pragma once
// What a supervisor's init returns: OTP's sup_flags and child specifications, with their names and defaults.
#include <chrono>
#include <cstdint>
#include <functional>
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

enum class auto_shutdown : std::uint32_t {
  never = PB_AUTO_SHUTDOWN_NEVER,
  any_significant = PB_AUTO_SHUTDOWN_ANY_SIGNIFICANT,
  all_significant = PB_AUTO_SHUTDOWN_ALL_SIGNIFICANT
};

/// Flags and children, started in this order. OTP's defaults, but Elixir's 3 restarts in 5 s.
struct sup_spec {
  patchbay::strategy strategy = one_for_one;
  std::uint32_t intensity = 3;
  std::chrono::seconds period{5};
  patchbay::auto_shutdown auto_shutdown = patchbay::auto_shutdown::never;
  std::vector<child_spec> children = {};
};

/// A DynamicSupervisor: no children from init, each start_child brings its whole spec, whose id means nothing. They stop all at once.
struct dynamic_sup_spec {
  std::uint32_t max_restarts = 3;
  std::chrono::seconds max_seconds{5};
  std::optional<std::uint64_t> max_children = {};  ///< empty: infinity
  arg_list extra_arguments = {};                   ///< under every child's own args
};

/// A PartitionSupervisor: the child so many times, with the ids 0, 1, 2 …; found by key with partition().
struct partition_sup_spec {
  child_spec child = {};  ///< its id and name are not used
  patchbay::strategy strategy = one_for_one;
  std::uint32_t max_restarts = 3;
  std::chrono::seconds max_seconds{5};
  std::optional<std::uint64_t> partitions = {};  ///< empty: as many as the host has workers
  /// The args of one partition, made from the child's; empty: all get the same.
  std::function<arg_list(const arg_list& args, std::uint64_t partition)> with_arguments = {};
};

}  // namespace patchbay
