#pragma once
// What a program writes of its own crash.
#include <functional>
#include <string>

#include "port/fatal_signals.hpp"

namespace patchbay::code {

/// To stderr: `PROGRAM: SIGSEGV at address 0x0 WHERE`, then the stack with the functions' names, a line each. `where` is asked for the rest of the first line.
/// For the copy that port::report_fatal_signals makes; it allocates.
void write_crash_report(const port::fatal_signal& what, const char* program,
                        const std::function<std::string()>& where) noexcept;

}  // namespace patchbay::code
