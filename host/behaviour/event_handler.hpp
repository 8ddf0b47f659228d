#pragma once
// The slot that an event handler lives in: a process that is run by its manager (gen_event.hpp) and does next to nothing by itself.
#include "behaviour/gen_server.hpp"
#include "process/behaviour.hpp"
#include "process/system.hpp"

namespace patchbay::behaviour {

/// Runs PB_BEHAVIOUR_GEN_EVENT modules. One object serves all handlers of a host.
class event_handler final : public process::behaviour {
 public:
  /// `plain` shows and destroys states, as a gen_server's. REQUIRES: before the first process.
  void bind(process::system& owner, gen_server& plain) noexcept {
    system_ = &owner;
    plain_ = &plain;
  }

  /// Refused but where its manager is adding it.
  process::init_outcome init(process::process& self, const std::string& args_json) override;
  /// What somebody sends to the slot itself is the manager's to give to this handler alone, in its turn.
  void handle(process::process& self, std::unique_ptr<message::mail>& letter) override;
  process::inline_answer handle_inline(process::process& self, process::inline_call& call, pb_status& status) override;
  void handle_response(process::process& self, process::late_response& answer) override;
  void handle_exit(process::process& self, const message::exit_notice& signal) override;
  void handle_down(process::process& self, const message::exit_notice& signal) override;
  void handle_timeout(process::process& self) override;
  void terminate(process::process& self, const process::reason& why) override;
  /// Tells the manager where something else than the manager has ended it.
  void destroy_state(process::process& self) noexcept override;
  pb_status status(process::process& self, std::string& schema, std::string& bytes, std::string& error) override;

 private:
  process::system* system_ = nullptr;
  gen_server* plain_ = nullptr;
};

}  // namespace patchbay::behaviour
