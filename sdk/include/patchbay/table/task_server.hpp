#pragma once
// The processes behind async.hpp: `task` runs one function and ends; `task_supervisor` keeps such children.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include <patchbay/abi.h>
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

/// A child's pid, or why there is none.
struct task_child {
  pid process = pid::nobody;
  std::int32_t status = PB_OK;
  std::string reason;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(process), PATCHBAY_FIELD(status), PATCHBAY_FIELD(reason)); }
};

/// Elixir's Task.Supervisor: temporary children. They are linked to it, and it traps exits: none takes it down, and its end ends them all.
struct task_supervisor_server {
  /// A child that runs this function.
  struct start_child {
    using reply = task_child;
    static constexpr bool local = true;
    task_function function;
  };
  /// A child that its caller gives a function.
  struct new_child {
    using reply = task_child;
  };
  struct children {
    using reply = std::vector<pid>;
  };
  struct terminate_child {
    using reply = bool;
    pid child = pid::nobody;
    void serialize(auto& ar) { ar(PATCHBAY_FIELD(child)); }
  };
  using calls = messages<start_child, new_child, children, terminate_child>;
  struct state {
    std::vector<pid> children;
    std::uint64_t max_children = PB_INFINITY;
    std::int64_t shutdown_ms = 5000;
    void serialize(auto& ar) {
      ar(PATCHBAY_FIELD(children), PATCHBAY_FIELD(max_children), PATCHBAY_FIELD(shutdown_ms));
    }
  };

  static state init(const args& config) {
    trap_exit(true);
    const auto max = config.get<std::int64_t>("max_children", -1);
    return {{}, max < 0 ? PB_INFINITY : static_cast<std::uint64_t>(max), config.get<std::int64_t>("shutdown", 5000)};
  }
  static task_child handle_call(start_child&& m, from, state& s) {
    const task_child made = grow(s);
    if (made.status == PB_OK) cast<task_server::go>(made.process, std::move(m.function));
    return made;
  }
  static task_child handle_call(const new_child&, from, state& s) { return grow(s); }
  static std::vector<pid> handle_call(const children&, from, const state& s) { return s.children; }
  static bool handle_call(const terminate_child& m, from, state& s) {
    if (std::find(s.children.begin(), s.children.end(), m.child) == s.children.end()) return false;
    end({m.child}, s.shutdown_ms);
    std::erase(s.children, m.child);
    return true;
  }
  static void handle_info(const exit_signal& signal, state& s) { std::erase(s.children, signal.process); }
  static void terminate(const exit_reason&, state& s) { end(s.children, s.shutdown_ms); }

 private:
  static task_child grow(state& s) {
    if (s.children.size() >= s.max_children) return {pid::nobody, PB_E_MAX_CHILDREN, {}};
    start_outcome made = try_start_link("task");
    if (made.ok()) s.children.push_back(made.process);
    return {made.process, made.status, std::move(made.reason)};
  }
  /// In parallel, under one timer; then they are killed.
  static void end(const std::vector<pid>& who, std::int64_t limit_ms) {
    for (const pid each : who) exit(each, shutdown);
    const auto deadline =
        host().work->now_ms(host_table) + static_cast<std::uint64_t>(std::max<std::int64_t>(limit_ms, 0));
    for (const pid each : who) {
      const auto now = host().work->now_ms(host_table);
      try {
        gen_server::stop(each, shutdown, std::chrono::milliseconds(now < deadline ? deadline - now : 0));
      } catch (const status_error& failure) {
        if (failure.status() == PB_E_TIMEOUT) exit(each, kill);
      }
    }
  }
};

}  // namespace patchbay::detail
