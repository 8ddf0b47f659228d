#include "process/process.hpp"

namespace patchbay::process {

void process::stop(reason why, bool run_terminate) {
  if (ending_ != nullptr) return;
  ending_ = std::make_unique<ending>();
  ending_->why = std::move(why);
  ending_->run_terminate = run_terminate;
}

void behaviour::run_continue(process& self, std::uint32_t, void*) {
  self.stop(reason::failure("bad_return_value: this behaviour has no continue"));
}

void behaviour::handle_timer(process&, std::uint64_t) {}
void behaviour::settle_in(process&) {}
void behaviour::resume(process& self) { self.stop(reason::failure("this behaviour has no coroutines")); }
void behaviour::abandon(process&) noexcept {}
pb_status behaviour::state(process& self, std::string& schema, std::string& bytes, std::string& error) {
  return status(self, schema, bytes, error);
}
pb_status behaviour::replace_state(process&, const std::string&, std::string& error) {
  error = "this behaviour's state is the host's";
  return PB_E_UNSUPPORTED;
}

void process::set_suspended(bool on) noexcept {
  suspended_ = on;
  queued_only_ = recorded_ || observed_ || suspended_;
  if (on || bonds_ == nullptr || bonds_->held.empty()) return;
  // What waited goes before what has come since.
  mailbox::envelope_list all = std::exchange(bonds_->held, {});
  all.append(std::exchange(queue_, {}));
  queue_ = all;
}

bonds& process::ties() {
  if (bonds_ == nullptr) bonds_ = std::make_unique<bonds>();
  return *bonds_;
}

}  // namespace patchbay::process
