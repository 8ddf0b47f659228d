// Waiting for whichever of several requests is answered first.
#include <algorithm>

#include "process/parts.hpp"
#include "process/process.hpp"
#include "process/waiting.hpp"

namespace patchbay::process {
namespace {

/// While a handler waits for several responses. Whoever delivers one raises news_ and then looks whether anybody listens; whoever listens says so,
/// reads news_ and then looks at the slots. So either the look finds the response, or the word has changed, or the sleeper is woken.
class listening {
 public:
  explicit listening(std::atomic<bool>& flag) : flag_(flag) { flag_.store(true, std::memory_order_seq_cst); }
  listening(const listening&) = delete;
  listening& operator=(const listening&) = delete;
  ~listening() { flag_.store(false, std::memory_order_seq_cst); }

 private:
  std::atomic<bool>& flag_;
};

}  // namespace

void system::parts::announce(process& asked) {
  asked.news_.fetch_add(1, std::memory_order_seq_cst);
  if (asked.awaits_any_.load(std::memory_order_seq_cst)) port::futex_wake(asked.news_, 1);
}

pb_status system::receive_any(std::span<const pb_ref> requests, milliseconds timeout, bool abandon, std::size_t& which,
                              void* reply_storage, const pb_sink* error) {
  if (refused_in_code_change()) return PB_E_IN_CODE_CHANGE;
  process* here = running_process();
  if (here == nullptr) return PB_E_NO_PROCESS;
  std::vector<reply_slot*> slots;
  for (const pb_ref request : requests) {
    reply_slot* slot = parts_->replies.find(request);
    slots.push_back(slot != nullptr && slot->owner == here->pid() ? slot : nullptr);
  }
  const auto first = [&] {
    std::size_t i = 0;
    while (i < slots.size() && (slots[i] == nullptr || !slots[i]->delivered())) ++i;
    return i;
  };
  const auto answer = [&](std::size_t found) {
    which = found;
    return receive_response(requests[found], milliseconds::zero(), false, reply_storage, error);
  };
  which = requests.size();
  if (const std::size_t found = first(); found < slots.size()) return answer(found);
  if (std::count(slots.begin(), slots.end(), nullptr) == static_cast<std::ptrdiff_t>(slots.size()))
    return PB_E_NOT_FOUND;
  if (timeout == milliseconds::zero() && !abandon) return PB_E_NO_REPLY;
  if (timeout != milliseconds::zero()) {
    if (!parts_->scheduler.begin_blocking(*scheduler::this_thread())) return PB_E_OVERLOADED;
    for (reply_slot* slot : slots) {
      if (slot != nullptr) parts_->await_asked(*slot);
    }
    const auto deadline = deadline_after(timeout);
    const auto frozen_before = parts_->scheduler.frozen_time();
    const listening now(here->awaits_any_);
    for (auto until = deadline;;) {
      const std::uint32_t seen = here->news_.load(std::memory_order_seq_cst);
      if (const std::size_t found = first(); found < slots.size()) return answer(found);
      if (parts_->stopping.load(std::memory_order_seq_cst)) return PB_E_SHUTTING_DOWN;
      if (scheduler::now() >= until) {
        // A call's deadline shifts by the time that a swap held gates closed.
        const auto shifted = deadline + std::chrono::duration_cast<std::chrono::steady_clock::duration>(
                                            parts_->scheduler.frozen_time() - frozen_before);
        if (scheduler::now() >= shifted) break;
        until = shifted;
      }
      if (scheduler::manual* hand = parts_->scheduler.by_hand()) {
        // One thread is all there is: what is ready runs here, and where nothing is, the time moves.
        if (parts_->scheduler.run_one(*scheduler::this_thread())) continue;
        const auto next = std::min(until, parts_->scheduler.timer_queue().next());
        if (next == port::steady_time::max()) break;  // nobody is left who could answer
        hand->move_to(next);
        continue;
      }
      port::futex_wait(here->news_, seen, until);
    }
  }
  if (!abandon) return PB_E_TIMEOUT;
  for (reply_slot* slot : slots) {
    if (slot != nullptr) parts_->replies.close(*slot);
  }
  return PB_E_TIMEOUT;
}

}  // namespace patchbay::process
