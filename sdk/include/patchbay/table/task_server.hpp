#pragma once
// The modules behind async.hpp: `task` runs one function and ends; `task_supervisor` has such children.
#include <chrono>
#include <cstdint>

#include <patchbay/abi.h>
#include <patchbay/child_spec.hpp>
#include <patchbay/closure.hpp>
#include <patchbay/gen_server.hpp>

namespace patchbay::detail {

/// What a task runs: a plain function, or a coroutine.
struct task_function {
  closure<void()> plain;
  closure<task<void>()> waiting;
};

/// A process that runs one function: by a call, whose reply says that it has ended, or by a cast.
struct task_server {
  struct run {
    using reply = bool;
    static constexpr bool local = true;
    task_function function;
  };
  struct go {
    static constexpr bool local = true;
    task_function function;
  };
  using calls = messages<run>;
  using casts = messages<go>;
  struct state {
    void serialize(auto&) {}
  };

  // Whoever starts one sends its function at once. One that never gets any, because its starter ended in between, does not stay.
  static init_result<state> init() { return ok(state{}, std::chrono::milliseconds(5000)); }
  static task<bool> handle_call(const run& m, from, state&) {
    if (m.function.plain) {
      m.function.plain();
    } else {
      co_await m.function.waiting();
    }
    co_return stop(normal, true);
  }
  static task<cast_result> handle_cast(const go& m, state&) {
    if (m.function.plain) {
      m.function.plain();
    } else {
      co_await m.function.waiting();
    }
    co_return stop(normal);
  }
  static cast_result handle_info(const timeout&, state&) { return stop(normal); }
};

/// Elixir's Task.Supervisor: a DynamicSupervisor of temporary tasks.
struct task_supervisor_module {
  static dynamic_sup_spec init(const args& config) {
    const auto max = config.get<std::int64_t>("max_children", -1);
    if (max < 0) return {};
    return {.max_children = static_cast<std::uint64_t>(max)};
  }
};

}  // namespace patchbay::detail
