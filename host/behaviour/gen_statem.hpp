#pragma once
// The system side of gen_statem: OTP.md section 2, first two points.
#include <string>

#include "behaviour/gen_server.hpp"
#include "behaviour/statem_actions.hpp"
#include "process/behaviour.hpp"
#include "process/process.hpp"
#include "process/system.hpp"

namespace patchbay::behaviour {

/// Runs the callbacks of PB_BEHAVIOUR_GEN_STATEM modules. One object serves all such processes of a host. One letter, or one timer, is handled
/// together with all events that it leads to: events that a handler inserts, postponed ones that a change of state takes up again, timeouts of 0.
class gen_statem final : public process::behaviour {
 public:
  /// REQUIRES: before the first process.
  void bind(process::system& owner) noexcept {
    system_ = &owner;
    common_.bind(owner);
  }

  process::init_outcome init(process::process& self, const std::string& args_json) override;
  void handle(process::process& self, std::unique_ptr<message::mail>& letter) override;
  process::inline_answer handle_inline(process::process& self, process::inline_call& call, pb_status& status) override;
  void handle_response(process::process& self, process::late_response& answer) override;
  void handle_exit(process::process& self, const message::exit_notice& signal) override;
  void handle_down(process::process& self, const message::exit_notice& signal) override;
  void handle_timeout(process::process&) override {}
  void handle_timer(process::process& self, std::uint64_t number) override;
  void settle_in(process::process& self) override;
  void terminate(process::process& self, const process::reason& why) override { common_.terminate(self, why); }
  void destroy_state(process::process& self) noexcept override { common_.destroy_state(self); }
  pb_status status(process::process& self, std::string& schema, std::string& bytes, std::string& error) override {
    return common_.status(self, schema, bytes, error);
  }
  pb_status state(process::process& self, std::string& schema, std::string& bytes, std::string& error) override {
    return common_.state(self, schema, bytes, error);
  }
  pb_status replace_state(process::process& self, const std::string& bytes, std::string& error) override {
    return common_.replace_state(self, bytes, error);
  }

 private:
  /// An event, and what it leads to.
  void run(process::process& self, event_list now, direct_reply* direct = nullptr);
  void drain(process::process& self, direct_reply* direct);
  void dispatch(process::process& self, event_list& now, direct_reply* direct);
  void respond(process::process& self, event_list& now, const pb_message& entry, direct_reply* direct);
  /// The module has no form for it: a caller hears undef_message, all else is dropped and logged.
  void undef(process::process& self, event& what);

  process::system* system_ = nullptr;
  gen_server common_;  // what every module with a state has: terminate, destroy_state, status, state
};

}  // namespace patchbay::behaviour
