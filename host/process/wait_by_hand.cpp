// Waiting for a reply where no other thread could bring it (scheduler/manual.hpp).
#include <algorithm>
#include <utility>

#include "process/parts.hpp"
#include "process/process.hpp"
#include "process/waiting.hpp"

namespace patchbay::process {
namespace {

// Enough for any test that is meant to end; two processes that keep each other busy do not.
constexpr std::size_t most_steps = 1'000'000;

/// On the stack of the one that waits: so long it is among those that a deadlock names.
class waiter {
 public:
  waiter(system::parts& parts, reply_slot& slot, pb_pid who) : parts_(parts) { parts_.waits.push_back({who, &slot}); }
  waiter(const waiter&) = delete;
  waiter& operator=(const waiter&) = delete;
  ~waiter() { parts_.waits.pop_back(); }

  /// Some frame further down has its answer, but the thread is this one's.
  [[nodiscard]] bool covers_another() const {
    const auto& all = parts_.waits;
    return std::any_of(all.begin(), all.end() - 1, [](const auto& each) { return each.slot->delivered(); });
  }

 private:
  system::parts& parts_;
};

std::string shown(const system::parts& parts, pb_pid pid) {
  for (const auto& [name, holder] : parts.local_names.all()) {
    if (holder == pid) return pid_text(pid) + " " + name;
  }
  return pid_text(pid);
}

std::string who_waits(const system::parts& parts) {
  std::string text;
  for (auto each = parts.waits.rbegin(); each != parts.waits.rend(); ++each) {
    const auto* asked = static_cast<const process*>(each->slot->awaits.load());
    text += (text.empty() ? "" : "; ") + (each->who == 0 ? "the test" : shown(parts, each->who)) + " waits" +
            (each->slot->delivered() ? " no more: its answer has come"
             : asked == nullptr      ? ""
                                     : " for " + shown(parts, asked->pid()));
  }
  return text;
}

bool give_up(system::parts& parts, const std::string& why) {
  parts.stuck = why + " (" + who_waits(parts) + ")";
  return false;
}

}  // namespace

bool wait_by_hand(system::parts& parts, reply_slot& slot, milliseconds timeout) {
  scheduler::manual& hand = *parts.scheduler.by_hand();
  scheduler::attached_thread attached(parts.scheduler);
  scheduler::thread_context& self = attached.context();
  const auto* here = static_cast<const process*>(self.current());
  const waiter waits(parts, slot, here == nullptr ? 0 : here->pid());
  parts.stuck.clear();
  const port::steady_time until = deadline_after(timeout);
  for (std::size_t steps = 0; !slot.delivered(); ++steps) {
    if (parts.stopping.load(std::memory_order_seq_cst)) return slot.delivered();
    if (steps == most_steps) return give_up(parts, "no answer in " + std::to_string(most_steps) + " steps");
    if (self.depth() + 2 > scheduler::thread_context::max_depth) {
      return give_up(parts, "handlers that wait are nested too deep for one thread; let them be coroutines");
    }
    if (parts.scheduler.run_one(self)) continue;
    const port::steady_time next = parts.scheduler.timer_queue().next();
    if (next < until) {
      hand.move_to(next);
      continue;
    }
    if (waits.covers_another()) {
      return give_up(parts,
                     "one thread cannot go on here: a handler further down has its answer, but this one has to end "
                     "first; let one of them be a coroutine, or use send_request");
    }
    if (until == port::steady_time::max()) return give_up(parts, "deadlock: nothing is ready and no timer is set");
    hand.move_to(until);
    return give_up(parts, "timeout after " + std::to_string(timeout.count()) + " ms: nothing else was left to run");
  }
  return true;
}

}  // namespace patchbay::process
