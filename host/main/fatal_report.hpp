#pragma once
// What the host says of a crash of machine code, before it ends.
#include "port/fatal_signals.hpp"

namespace patchbay::main {

/// To stderr: the signal, the process that this thread ran with its module and generation, and the stack with the functions' names. Runs in the copy
/// that port::report_fatal_signals makes.
void report_crash(const port::fatal_signal& what) noexcept;

}  // namespace patchbay::main
