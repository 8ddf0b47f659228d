#pragma once
// The system side of supervisor: OTP.md section 2.
#include "behaviour/supervision.hpp"
#include "process/behaviour.hpp"

namespace patchbay::behaviour {

/// Runs PB_BEHAVIOUR_SUPERVISOR modules: their init tells the children, all else is the host's. One object serves all supervisors of a host;
/// process::state() is a `supervision`.
class supervisor final : public process::behaviour {
 public:
  /// REQUIRES: before the first process.
  void bind(process::system& owner, host_table::module_finder find_module, partition_table* partitions = nullptr);

  process::init_outcome init(process::process& self, const std::string& args_json) override;
  void handle(process::process& self, std::unique_ptr<message::mail>& box) override;
  process::inline_answer handle_inline(process::process& self, process::inline_call& call, pb_status& status) override;
  void handle_response(process::process& self, process::late_response& answer) override;
  void handle_exit(process::process& self, const message::exit_notice& signal) override;
  void handle_down(process::process& self, const message::exit_notice& signal) override;
  void handle_timeout(process::process& self) override;
  void terminate(process::process& self, const process::reason& why) override;
  void destroy_state(process::process& self) noexcept override;
  pb_status status(process::process& self, std::string& schema, std::string& bytes, std::string& error) override;

 private:
  void unexpected(const process::process& self, std::string_view what) const;

  supervisor_context context_;
};

}  // namespace patchbay::behaviour
