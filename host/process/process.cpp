#include "process/process.hpp"

namespace patchbay::process {

void process::stop(reason why, bool run_terminate) {
  if (ending_ != nullptr) return;
  ending_ = std::make_unique<ending>();
  ending_->why = std::move(why);
  ending_->run_terminate = run_terminate;
}

bonds& process::ties() {
  if (bonds_ == nullptr) bonds_ = std::make_unique<bonds>();
  return *bonds_;
}

}  // namespace patchbay::process
