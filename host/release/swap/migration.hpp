#pragma once
// One server's state, made anew for the other generation.
#include <memory>
#include <string>
#include <utility>

#include <patchbay/abi.h>

#include "behaviour/supervisor_change.hpp"
#include "process/process.hpp"
#include "release/swap/route.hpp"

namespace patchbay::release {

class private_copy;

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

/// Migrates one state, in two steps. code_change never sees the live state, but a private copy: a thread that is stuck in it and has to be given
/// up holds nothing that the old version, serving on, changes.
/// Each step says in one sentence why it failed; empty text: done.
class migration {
 public:
  migration(const route& way, const pb_args* config);
  migration(const migration&) = delete;
  migration& operator=(const migration&) = delete;
  ~migration();

  /// The only one that looks at the live state; code of the generation that is left runs. Unless it is nullptr, `encoded` becomes the state's bytes, of a
  /// supervisor the args of its init. REQUIRES: its server's token, or a closed gate.
  std::string read(const void* state, std::string* encoded = nullptr);
  /// REQUIRES: read() has succeeded; a thread with a context of its own.
  std::string finish(shadow& made);

 private:
  std::string change(const void* input, shadow& made);
  std::string supervise(shadow& made);
  const route& way_;
  const pb_args* config_;
  std::unique_ptr<private_copy> copy_;
  std::unique_ptr<behaviour::supervisor_change> supervisor_;
};

}  // namespace patchbay::release
