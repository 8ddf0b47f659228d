// How much waits in a mailbox, and what that means for those who send.
#include "process/parts.hpp"
#include "process/process.hpp"

namespace patchbay::process {
namespace {

constexpr std::uint32_t alarm_at_length = 10'000;

// Read without stopping anybody: what was handled between two reads makes a difference below zero.
std::uint32_t difference(std::uint32_t sent, std::uint32_t handled) noexcept {
  const std::uint32_t waiting = sent - handled;
  return waiting > 0x7FFFFFFF ? 0 : waiting;
}

}  // namespace

std::uint32_t system::parts::waiting_in(const process& p) noexcept {
  return difference(p.sent_.load(std::memory_order_relaxed), p.handled_.load(std::memory_order_relaxed));
}

bool system::parts::full(const process& p, std::uint32_t generation) const noexcept {
  const std::uint32_t limit = p.max_mailbox_.load(std::memory_order_relaxed);
  return limit != 0 && waiting_in(p) >= limit && p.inbox.live(generation);
}

void system::parts::count(process& p) {
  const std::uint32_t sent = p.sent_.fetch_add(1, std::memory_order_relaxed) + 1;
  const std::uint32_t waiting = difference(sent, p.handled_.load(std::memory_order_relaxed));
  if (waiting < alarm_at_length || p.alarmed_full_.exchange(true, std::memory_order_relaxed)) return;
  const pb_pid pid = p.pid();
  const label names = module_labels.get(p.label_.load(std::memory_order_relaxed));
  whole.log(PB_LOG_WARNING,
            "mailbox of " + pid_text(pid) + " (" + names.application + "/" + names.module + " " + names.version +
                ") holds " + std::to_string(waiting) +
                " messages: it is sent more than it handles; send less, or give the module a max_mailbox",
            pid);
}

}  // namespace patchbay::process
