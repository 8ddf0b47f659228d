#pragma once
// One server's state, made anew for the other generation.
#include <atomic>
#include <memory>
#include <string>
#include <utility>

#include <patchbay/abi.h>

#include "behaviour/supervisor_change.hpp"
#include "process/process.hpp"
#include "release/swap/route.hpp"

namespace patchbay::release {

/// What a migration makes: a state of the new generation in storage of its own, and perhaps a continue.
/// Owns both until they are taken.
class shadow {
 public:
  shadow() = default;
  shadow(shadow&& other) noexcept;
  shadow& operator=(shadow&& other) noexcept;
  ~shadow();

  [[nodiscard]] void* state() const noexcept { return state_; }
  [[nodiscard]] void* take_state() noexcept { return std::exchange(state_, nullptr); }
  [[nodiscard]] bool has_continue() const noexcept { return continue_object_ != nullptr; }
  [[nodiscard]] std::uint32_t continue_message() const noexcept { return continue_message_; }
  [[nodiscard]] void* take_continue() noexcept { return std::exchange(continue_object_, nullptr); }
  /// Of a supervisor; nullptr: it is none.
  [[nodiscard]] behaviour::supervisor_change* supervisor() const noexcept { return supervisor_.get(); }

 private:
  friend class migration;
  const pb_type* state_type_ = nullptr;
  void* state_ = nullptr;
  const pb_type* continue_type_ = nullptr;
  void* continue_object_ = nullptr;
  std::uint32_t continue_message_ = 0;
  std::unique_ptr<behaviour::supervisor_change> supervisor_;
};

/// Migrates one state. code_change never sees the live state, but a private copy: a thread that is stuck in it and has to be given up holds
/// nothing that the old version, serving again, changes.
/// Thread: a migration thread with a context of its own; the process's gate is closed.
class migration {
 public:
  migration(const route& way, const pb_args* config) : way_(way), config_(config) {}

  /// Empty text: done. Otherwise why not, in one sentence. `reading` is cleared once the live state is no longer looked at.
  std::string run(const void* state, shadow& made, std::atomic<bool>& reading);

 private:
  std::string change(const void* input, shadow& made);
  std::string supervise(const behaviour::supervision& live, shadow& made, std::atomic<bool>& reading);
  const route& way_;
  const pb_args* config_;
};

}  // namespace patchbay::release
