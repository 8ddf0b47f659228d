#pragma once
// The last words of a process that a signal ends: SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT.
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace patchbay::port {

struct fatal_signal {
  int number = 0;
  bool faulted = false;  ///< address is what was accessed; otherwise the signal was sent
  std::uintptr_t address = 0;
  std::array<std::uintptr_t, 64> frames{};  ///< return addresses, innermost first; the first is where it happened
  std::size_t count = 0;
};
using fatal_reporter = void (*)(const fatal_signal&) noexcept;

/// From now on each of these signals first has a copy of this process (fork) run `report`, for at most 5 s, and then ends this one by its default
/// action, core dump included. Nothing goes on: the thread that was hit waits in the handler, and so does each that is hit meanwhile. The copy
/// has this thread's stack and all memory, but no other thread: a lock that one of them held stays taken, and then only the report is lost. A stack
/// overflow is not reported: there is no stack left to do it on. For a program's main alone, once.
void report_fatal_signals(fatal_reporter report);

/// `SIGSEGV`; `signal` where it is none of these.
std::string_view fatal_signal_word(int number) noexcept;

}  // namespace patchbay::port
