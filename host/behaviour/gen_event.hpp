#pragma once
// The system side of gen_event's manager: a process of the host's own module `patchbay/gen_event`.
#include <future>
#include <vector>

#include "behaviour/event_handler.hpp"
#include "behaviour/host_table.hpp"
#include "behaviour/supervision.hpp"
#include "process/behaviour.hpp"
#include "process/system.hpp"

namespace patchbay::behaviour {

class event_manager;

/// One object serves all event managers of a host; process::state() is an `event_manager`.
class gen_event final : public process::behaviour {
 public:
  /// REQUIRES: before the first process.
  void bind(process::system& owner, host_table::module_finder find_module, gen_server& plain);
  /// What runs the handlers' modules.
  [[nodiscard]] event_handler& handlers() noexcept { return handlers_; }

  /// nullptr: this process is no event manager. REQUIRES: its token.
  [[nodiscard]] static event_manager* manager_of(const process::process& self) noexcept;

  /// Its handlers, as `tree` shows them, newest first: the answer comes when the manager gets to it, or it ends. Errors: noproc, badarg. Thread: any.
  static std::future<outcome<std::vector<child_info>>> ask_handlers(process::system& system, pb_pid manager);

  process::init_outcome init(process::process& self, const std::string& args_json) override;
  void handle(process::process& self, std::unique_ptr<message::mail>& letter) override;
  process::inline_answer handle_inline(process::process& self, process::inline_call& call, pb_status& status) override;
  void handle_response(process::process& self, process::late_response& answer) override;
  void handle_exit(process::process& self, const message::exit_notice& signal) override;
  void handle_down(process::process& self, const message::exit_notice& signal) override;
  void handle_timeout(process::process& self) override;
  void resume(process::process& self) override;
  void abandon(process::process& self) noexcept override;
  void terminate(process::process& self, const process::reason& why) override;
  void destroy_state(process::process& self) noexcept override;
  pb_status status(process::process& self, std::string& schema, std::string& bytes, std::string& error) override;

 private:
  process::system* system_ = nullptr;
  host_table::module_finder find_module_;
  event_handler handlers_;
};

}  // namespace patchbay::behaviour
