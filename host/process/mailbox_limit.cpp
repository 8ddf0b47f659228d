// How much waits in a mailbox, and what that means for those who send.
#include <climits>

#include "process/parts.hpp"
#include "process/process.hpp"
#include "process/waiting.hpp"

namespace patchbay::process {
namespace {

constexpr std::uint32_t alarm_at_length = 10'000;
constexpr std::chrono::seconds look_again_after{1};

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

// Whoever handles a message counts it, raises room and then reads senders_waiting; whoever waits says so, reads room and then looks for room. All
// seq_cst: either the look sees the count, or the word has changed, or the sleeper is woken.
pb_status system::parts::wait_for_room(const process& p, std::uint32_t generation) {
  if (!full(p, generation)) return PB_OK;
  const scheduler::thread_context* self = thread_of(scheduler);
  if (self == nullptr || self->depth() != 0 || scheduler.by_hand() != nullptr) return PB_E_OVERLOADED;
  senders_waiting.fetch_add(1, std::memory_order_seq_cst);
  pb_status status = PB_OK;
  for (;;) {
    const std::uint32_t seen = room.load(std::memory_order_seq_cst);
    if (stopping.load(std::memory_order_seq_cst)) {
      status = PB_E_SHUTTING_DOWN;
      break;
    }
    if (!full(p, generation)) break;
    // An upgrade may have taken the limit away while nothing is handled, which wakes nobody.
    port::futex_wait(room, seen, std::chrono::steady_clock::now() + look_again_after);
  }
  senders_waiting.fetch_sub(1, std::memory_order_seq_cst);
  return status;
}

void system::parts::made_room() noexcept {
  room.fetch_add(1, std::memory_order_seq_cst);
  if (senders_waiting.load(std::memory_order_seq_cst) != 0) port::futex_wake(room, INT_MAX);
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
