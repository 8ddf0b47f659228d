#pragma once
// One transition of a gen_statem: a callback and all that follows it, in OTP's order.
#include <string>

#include <patchbay/abi.h>

#include "behaviour/statem_actions.hpp"
#include "behaviour/statem_machine.hpp"

namespace patchbay::behaviour {

/// The order, of gen_statem's loop_state_transition:
///   1. the callback; its replies go out, in the order of its actions
///   2. the enter call, where the state is another one or is repeated; its actions join those of the callback
///   3. postpone: the event goes to the end of the postponed ones
///   4. a change of state puts the postponed ones at the head of the queue, oldest first
///   5. inserted events go before all that is queued
///   6. timeouts: the event timeout is cancelled by any event, the state timeout by a change of state, then the actions count, the last one of
///      each; those of 0 come after the queue, before unread letters
/// Whatever fails ends the process; the data is then as the callback left it.
/// REQUIRES: the process's token, as long as it lives.
class statem_transition {
 public:
  statem_transition(process::system& system, process::process& self, machine& of, direct_reply* direct)
      : system_(system), self_(self), machine_(of), actions_(system, self, direct) {}

  /// Handles the one event of `now`, with its content as an object.
  void run(event_list& now, const pb_message& entry, void* object);

  /// For init: what it is to fill. Then, where the process has its state, start().
  pb_result* begin();
  [[nodiscard]] const pb_statem_result& returned() const noexcept { return statem_; }
  [[nodiscard]] process::reason why() const { return {result_.reason_kind, text_}; }
  void start();

 private:
  /// False: the process ends.
  bool check(pb_status status, const char* bad_return);
  bool enter(bool due, const void* old_state);
  void follow(bool changed);
  void apply(timeout_action& action);

  process::system& system_;
  process::process& self_;
  machine& machine_;
  statem_actions actions_;
  std::string text_;
  pb_sink sink_{};
  pb_result result_{};
  pb_statem_result statem_{};
};

}  // namespace patchbay::behaviour
