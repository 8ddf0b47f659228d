#include "port/fatal_signals.hpp"

#include <execinfo.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <bit>
#include <cerrno>
#include <utility>

namespace patchbay::port {
namespace {

constexpr std::array<std::pair<int, std::string_view>, 5> fatal{
    {{SIGSEGV, "SIGSEGV"}, {SIGBUS, "SIGBUS"}, {SIGILL, "SIGILL"}, {SIGFPE, "SIGFPE"}, {SIGABRT, "SIGABRT"}}};
constexpr int patience_ms = 5000;

/// A signal handler is given nothing of its program's: what it needs cannot be passed in.
struct handler_context {
  fatal_reporter report = nullptr;
  std::atomic_flag busy;
};
handler_context& context() noexcept {
  static constinit handler_context only;
  return only;
}

std::uintptr_t where(const void* machine) noexcept {
  const auto& registers = static_cast<const ucontext_t*>(machine)->uc_mcontext;
#if defined(__x86_64__)
  return static_cast<std::uintptr_t>(registers.gregs[REG_RIP]);
#else
  return static_cast<std::uintptr_t>(registers.pc);
#endif
}

/// The frames of this handler and the kernel's come first: they are left out.
void take_stack(fatal_signal& what, const void* machine) noexcept {
  std::array<void*, 80> raw{};
  const int found = ::backtrace(raw.data(), static_cast<int>(raw.size()));
  const auto end = raw.begin() + std::max(found, 0);
  const std::uintptr_t at = where(machine);
  auto next = std::find_if(raw.begin(), end, [at](void* each) { return std::bit_cast<std::uintptr_t>(each) == at; });
  if (next == end) {
    // A jump into nowhere: the unwinder cannot pass it.
    next = raw.begin();
    what.frames[what.count++] = at;
  }
  for (; next != end && what.count < what.frames.size(); ++next) {
    what.frames[what.count++] = std::bit_cast<std::uintptr_t>(*next);
  }
}

void wait_or_kill(pid_t child) noexcept {
  constexpr timespec pause{0, 10'000'000};
  for (int waited = 0; waited < patience_ms; waited += 10) {
    if (::waitpid(child, nullptr, WNOHANG) != 0) return;
    ::nanosleep(&pause, nullptr);
  }
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
}

void by_default(int number) noexcept {
  struct sigaction plain {};
  plain.sa_handler = SIG_DFL;
  ::sigaction(number, &plain, nullptr);
}

extern "C" void patchbay_on_fatal_signal(int number, siginfo_t* info, void* machine) {
  handler_context& with = context();
  if (with.busy.test_and_set()) {
    for (;;) ::pause();
  }
  // Only what may be called in a signal handler, in this process; the copy has a life of its own.
  const pid_t child = ::_Fork();
  if (child == 0) {
    for (const auto& each : fatal) by_default(each.first);
    fatal_signal what;
    what.number = number;
    what.faulted = info->si_code > 0 && number != SIGABRT;
    what.address = std::bit_cast<std::uintptr_t>(info->si_addr);
    take_stack(what, machine);
    with.report(what);
    ::_exit(0);
  }
  if (child > 0) wait_or_kill(child);
  by_default(number);
  ::raise(number);  // comes when this returns: the signal is blocked here
}

}  // namespace

void report_fatal_signals(fatal_reporter report) {
  context().report = report;
  // The first use loads the unwinder, which allocates: not in a handler.
  std::array<void*, 2> warm{};
  (void)::backtrace(warm.data(), static_cast<int>(warm.size()));
  struct sigaction ours {};
  ours.sa_sigaction = &patchbay_on_fatal_signal;
  ours.sa_flags = SA_SIGINFO;
  sigemptyset(&ours.sa_mask);
  for (const auto& each : fatal) ::sigaction(each.first, &ours, nullptr);
}

std::string_view fatal_signal_word(int number) noexcept {
  for (const auto& [known, word] : fatal) {
    if (known == number) return word;
  }
  return "signal";
}

}  // namespace patchbay::port
