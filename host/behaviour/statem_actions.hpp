#pragma once
// What one callback of a gen_statem asked for: its actions, checked and kept in their order until the transition performs them.
#include <cstdint>
#include <string>
#include <vector>

#include <patchbay/abi.h>

#include "behaviour/statem_machine.hpp"

namespace patchbay::behaviour {

/// Where the reply to a call that runs inline goes.
struct direct_reply {
  std::uint64_t tag = 0;
  const pb_type* type = nullptr;
  void* storage = nullptr;
  const pb_sink* error = nullptr;
  bool replied = false;
  pb_status status = PB_OK;
};

struct timeout_action {
  enum class what : std::uint8_t { start, cancel, update };
  what todo = what::start;
  event timer{0};
  std::uint64_t ms = 0;
  bool absolute = false;
};

/// The collecting side of pb_statem_actions. Replies go out at once, as in OTP; all else waits in the members.
class statem_actions {
 public:
  statem_actions(process::system& system, process::process& self, direct_reply* direct);
  statem_actions(const statem_actions&) = delete;
  statem_actions& operator=(const statem_actions&) = delete;

  [[nodiscard]] const pb_statem_actions* table() const noexcept { return &table_; }
  /// From here on what enter calls may not do is an error.
  void begin_enter() noexcept { enter_ = true; }
  /// `bad_action_from_state_function: …`; empty: all were good.
  [[nodiscard]] const std::string& bad() const noexcept { return bad_; }
  [[nodiscard]] bool has_replied(std::uint64_t tag) const noexcept;

  bool postpone = false;
  event_list inserted;
  std::vector<timeout_action> timeouts;

 private:
  struct functions;
  void reply(const pb_from& to, const pb_type& type, message::payload content);
  [[nodiscard]] const pb_message* entry_at(std::uint32_t index) const noexcept;
  [[nodiscard]] static std::string name_of(const pb_message& entry);
  void add(timeout_action action, std::uint32_t kind, pb_str name, std::uint32_t index, void* object);
  void refuse(const std::string& action);

  process::system& system_;
  process::process& self_;
  direct_reply* direct_;
  pb_statem_actions table_{};
  std::vector<std::uint64_t> replied_;
  std::string bad_;
  bool enter_ = false;
};

}  // namespace patchbay::behaviour
