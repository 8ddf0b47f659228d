#include "process/reply_table.hpp"

#include "port/cpu.hpp"
#include "scheduler/thread_context.hpp"

namespace patchbay::process {
namespace {

// A few slots that one thread uses again and again, so that a call takes no lock.
struct slot_cache final : scheduler::thread_context::attachment {
  explicit slot_cache(std::vector<reply_slot*>& home, std::mutex& home_mutex) : home_(home), mutex_(home_mutex) {}
  ~slot_cache() override {
    const std::lock_guard lock(mutex_);
    home_.insert(home_.end(), slots.begin(), slots.end());
  }
  std::vector<reply_slot*> slots;

 private:
  std::vector<reply_slot*>& home_;
  std::mutex& mutex_;
};

constexpr std::size_t cached_slots = 16;

}  // namespace

reply_table::~reply_table() {
  for (auto& chunk : chunks_) delete[] chunk.load();
}

reply_slot* reply_table::at(std::uint32_t index) const noexcept {
  if (index / chunk_slots >= max_chunks) return nullptr;
  reply_slot* chunk = chunks_[index / chunk_slots].load(std::memory_order_acquire);
  return chunk == nullptr ? nullptr : chunk + index % chunk_slots;
}

reply_slot* reply_table::open(pb_pid owner) {
  scheduler::thread_context* self = scheduler::this_thread();
  auto* cache = self == nullptr ? nullptr : static_cast<slot_cache*>(self->attached.get());
  reply_slot* slot = nullptr;
  if (cache != nullptr && !cache->slots.empty()) {
    slot = cache->slots.back();
    cache->slots.pop_back();
  } else {
    if (self != nullptr && cache == nullptr) {
      auto made = std::make_unique<slot_cache>(free_, mutex_);
      made->slots.reserve(cached_slots);
      self->attached = std::move(made);
    }
    const std::lock_guard lock(mutex_);
    if (!free_.empty()) {
      slot = free_.back();
      free_.pop_back();
    } else {
      if (made_ == chunk_slots * max_chunks) return nullptr;
      auto& chunk = chunks_[made_ / chunk_slots];
      if (made_ % chunk_slots == 0) chunk.store(new reply_slot[chunk_slots], std::memory_order_release);
      slot = chunk.load(std::memory_order_relaxed) + made_ % chunk_slots;
      slot->index_ = made_++;
    }
  }
  slot->owner = owner;
  slot->asked = 0;
  slot->type_id = 0;
  slot->reply_type = nullptr;
  slot->maker = nullptr;
  slot->word_.store(0, std::memory_order_relaxed);
  slot->state_.store(slot->state_.load(std::memory_order_relaxed) | reply_slot::is_open, std::memory_order_release);
  return slot;
}

std::uint64_t reply_table::tag(const reply_slot& slot) noexcept {
  return (std::uint64_t{slot.index_} << sequence_bits) |
         ((slot.state_.load(std::memory_order_relaxed) >> 2) & sequence_mask);
}

reply_slot* reply_table::find(std::uint64_t tag) const noexcept {
  reply_slot* slot = at(static_cast<std::uint32_t>(tag >> sequence_bits));
  if (slot == nullptr) return nullptr;
  const std::uint64_t state = slot->state_.load(std::memory_order_acquire);
  const bool same = ((state >> 2) & sequence_mask) == (tag & sequence_mask);
  return same && reply_slot::phase(state) != reply_slot::is_free ? slot : nullptr;
}

void reply_table::settle(reply_slot& slot) noexcept {
  while (reply_slot::phase(slot.state_.load(std::memory_order_acquire)) == reply_slot::is_delivering) port::cpu_relax();
}

bool reply_table::abandon(reply_slot& slot) noexcept {
  std::uint64_t seen = slot.state_.load(std::memory_order_relaxed);
  if (reply_slot::phase(seen) == reply_slot::is_open &&
      slot.state_.compare_exchange_strong(seen, ((seen >> 2) + 1) << 2, std::memory_order_acq_rel)) {
    recycle(slot);
    return true;
  }
  settle(slot);
  return false;
}

void reply_table::close(reply_slot& slot) noexcept {
  if (abandon(slot)) return;
  slot.content.reset();
  slot.text.clear();
  const std::uint64_t sequence = slot.state_.load(std::memory_order_relaxed) >> 2;
  slot.state_.store((sequence + 1) << 2, std::memory_order_release);
  recycle(slot);
}

void reply_table::settle_awaited(reply_slot& slot) noexcept {
  if (slot.awaits.load(std::memory_order_relaxed) == nullptr) return;
  if (scheduler::unit* asked = slot.awaits.exchange(nullptr, std::memory_order_seq_cst)) {
    asked->awaited.fetch_sub(1, std::memory_order_seq_cst);
  }
}

void reply_table::recycle(reply_slot& slot) noexcept {
  settle_awaited(slot);
  scheduler::thread_context* self = scheduler::this_thread();
  auto* cache = self == nullptr ? nullptr : static_cast<slot_cache*>(self->attached.get());
  if (cache != nullptr && cache->slots.size() < cached_slots) {
    cache->slots.push_back(&slot);
    return;
  }
  const std::lock_guard lock(mutex_);
  free_.push_back(&slot);
}

reply_table::fate reply_table::deliver(std::uint64_t tag, delivery&& what, pb_pid& owner) noexcept {
  reply_slot* slot = at(static_cast<std::uint32_t>(tag >> sequence_bits));
  if (slot == nullptr) return fate::dropped;
  std::uint64_t expected = slot->state_.load(std::memory_order_relaxed);
  const bool same = ((expected >> 2) & sequence_mask) == (tag & sequence_mask);
  if (!same || reply_slot::phase(expected) != reply_slot::is_open) return fate::dropped;
  const std::uint64_t sequence = expected & ~std::uint64_t{3};
  if (!slot->state_.compare_exchange_strong(expected, sequence | reply_slot::is_delivering,
                                            std::memory_order_acq_rel)) {
    return fate::dropped;
  }
  settle_awaited(*slot);
  slot->status = what.status;
  slot->reason_kind = what.reason_kind;
  slot->text = std::move(what.text);
  slot->content = std::move(what.content);
  owner = slot->owner;
  // After this store the slot may be closed and used again: only its word, which is never unmapped, is touched below.
  slot->state_.store(sequence | reply_slot::is_delivered, std::memory_order_release);
  if (slot->word_.exchange(1, std::memory_order_acq_rel) == 2) port::futex_wake(slot->word_, 1);
  return fate::delivered;
}

bool reply_table::wait(reply_slot& slot, port::steady_time deadline) noexcept {
  for (;;) {
    if (slot.delivered()) return true;
    if (deadline != port::steady_time::max() && std::chrono::steady_clock::now() >= deadline) return slot.delivered();
    std::uint32_t expected = 0;
    // A word left at 1 by a delivery to an earlier call of this slot only costs another round.
    if (!slot.word_.compare_exchange_strong(expected, 2, std::memory_order_acq_rel) && expected == 1) {
      // An exchange, not a store: where it replaces a second delivery's mark, that delivery is seen by the next look.
      slot.word_.exchange(0, std::memory_order_acq_rel);
      continue;
    }
    if (slot.delivered()) return true;
    port::futex_wait(slot.word_, 2, deadline);
  }
}

void reply_table::fail_all(pb_status status, const std::string& text) {
  std::uint32_t made = 0;
  {
    const std::lock_guard lock(mutex_);
    made = made_;
  }
  for (std::uint32_t index = 0; index < made; ++index) {
    reply_slot* slot = at(index);
    if (!slot->still_open()) continue;
    pb_pid ignored = 0;
    deliver(tag(*slot), {status, PB_EXIT_SHUTDOWN, text, {}}, ignored);
  }
}

}  // namespace patchbay::process
