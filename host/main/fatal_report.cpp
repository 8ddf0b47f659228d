#include "fatal_report.hpp"

#include <string>

#include "code/crash_report.hpp"
#include "process/process.hpp"
#include "process/system.hpp"

namespace patchbay::main {
namespace {

std::string running() {
  const process::process* code = process::running_code();
  if (code == nullptr) return "in none of the host's processes";
  const process::module& module = code->code();
  return "in " + process::pid_text(code->pid()) + ", " + module.application() + "/" + module.name() + " " +
         module.version() + ", generation " + code->group().label;
}

}  // namespace

void report_crash(const port::fatal_signal& what) noexcept {
  code::write_crash_report(what, "patchbay",
                           [] { return running() + "; the host ends, the state in its memory is lost"; });
}

}  // namespace patchbay::main
