#pragma once
// The system side of gen_server: OTP.md section 1.
#include "process/behaviour.hpp"
#include "process/process.hpp"
#include "process/system.hpp"

namespace patchbay::behaviour {

/// Runs the callbacks of PB_BEHAVIOUR_GEN_SERVER modules. One object serves all such processes of a host.
class gen_server final : public process::behaviour {
 public:
  /// REQUIRES: before the first process.
  void bind(process::system& owner) noexcept { system_ = &owner; }

  process::init_outcome init(process::process& self, const std::string& args_json) override;
  void handle(process::process& self, std::unique_ptr<message::mail>& box) override;
  process::inline_answer handle_inline(process::process& self, process::inline_call& call, pb_status& status) override;
  void handle_response(process::process& self, process::late_response& answer) override;
  void handle_exit(process::process& self, const message::exit_notice& signal) override;
  void handle_down(process::process& self, const message::exit_notice& signal) override;
  void handle_timeout(process::process& self) override;
  void resume(process::process& self) override;
  void abandon(process::process& self) noexcept override;
  void run_continue(process::process& self, std::uint32_t message, void* object) override;
  void terminate(process::process& self, const process::reason& why) override;
  void destroy_state(process::process& self) noexcept override;
  pb_status status(process::process& self, std::string& schema, std::string& bytes, std::string& error) override;
  pb_status state(process::process& self, std::string& schema, std::string& bytes, std::string& error) override;
  pb_status replace_state(process::process& self, const std::string& bytes, std::string& error) override;

 private:
  struct run;
  void builtin(process::process& self, std::uint32_t kind, void* object);
  void call(process::process& self, const pb_message& entry, void* request, message::mail& letter);
  void finish_call(process::process& self, const run& answer, std::uint64_t tag, message::payload reply);
  /// A coroutine handler: its first run, and what each run's answer means.
  void begin(process::process& self, const pb_message& entry, std::unique_ptr<message::mail>& box);
  void advance(process::process& self, pb_status status, run& answer);
  process::inline_answer run_inline(process::process& self, process::inline_call& call, const pb_message& entry,
                                    void* request, void* reply, pb_status& status);
  void unknown(process::process& self, message::mail& letter);
  /// What a handler's answer means for the process: its end, its idle timeout, its continue.
  void settle(process::process& self, pb_status status, run& answer);

  process::system* system_ = nullptr;
};

}  // namespace patchbay::behaviour
