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

bonds& process::ties() {
  if (bonds_ == nullptr) bonds_ = std::make_unique<bonds>();
  return *bonds_;
}

}  // namespace patchbay::process
