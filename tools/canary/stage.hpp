#pragma once
// Both generations of all applications, loaded into a process in which nobody is served.
#include <memory>
#include <vector>

#include "behaviour/args.hpp"
#include "port/outcome.hpp"
#include "release/rehearse/canary_wire.hpp"
#include "release/swap/trial.hpp"

namespace canary {

/// Loads what a task names, and keeps it until it goes. Thread: one; it is attached to a host of its own that runs nothing, whose table plugins see: so
/// what code_change may not do is refused as in a swap.
class stage {
 public:
  /// Errors: the loader's and the entries', undef_module, no_code_change, bad_schema.
  static patchbay::outcome<std::unique_ptr<stage>> set(const patchbay::release::canary_task& task);
  stage(const stage&) = delete;
  stage& operator=(const stage&) = delete;
  ~stage();

  /// By a record's `way`.
  [[nodiscard]] const std::vector<patchbay::release::trial>& trials() const noexcept { return trials_; }

 private:
  struct rooms;
  stage();
  patchbay::outcome<void> load(const patchbay::release::canary_task& task);
  patchbay::outcome<void> prepare(const patchbay::release::canary_task& task);

  std::unique_ptr<rooms> rooms_;
  std::vector<patchbay::behaviour::args_table> configurations_;  // by library
  std::vector<patchbay::release::trial> trials_;
};

}  // namespace canary
