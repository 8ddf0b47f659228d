#include "scheduler/scheduler.hpp"

#include <algorithm>
#include <utility>

#include "scheduler/gate.hpp"

namespace patchbay::scheduler {
namespace {

// A parked thread costs 20 us to wake: look for work that long before parking (PEERS.md).
constexpr std::chrono::microseconds spin_before_parking{20};

std::int64_t now_ns() noexcept {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

}  // namespace

scheduler::scheduler(scheduler_options options, runner& what_runs)
    : options_(options),
      runner_(what_runs),
      spares_([&options] {
        if (options.by_hand != nullptr)
          options.workers = 0;
        else if (options.workers == 0)
          options.workers = std::max(1u, std::thread::hardware_concurrency());
        return options.workers + options.max_spares;
      }()),
      keeper_([this] { return watch(); }) {
  options_.workers = options.workers;
  for (unsigned i = 0; i < options_.workers; ++i) slots_.push_back(std::make_unique<worker_slot>());
}

scheduler::~scheduler() { stop(); }

void scheduler::start() {
  if (options_.by_hand != nullptr) return;
  keeper_.start();
  for (const auto& slot : slots_) {
    // A new thread takes its slot from spares_ like any other.
    if (spares_.give(*slot) == spares::offer::need_thread) add_thread();
  }
}

void scheduler::add_thread() {
  const std::lock_guard lock(threads_mutex_);
  threads_.emplace_back([this] { worker_main(); });
}

bool scheduler::try_add_thread() noexcept {
  try {
    add_thread();
    return true;
  } catch (const std::exception&) {  // no thread, or no memory for one
    return false;
  }
}

gate& scheduler::keep_gate() {
  const std::lock_guard lock(threads_mutex_);
  return *kept_gates_.emplace_back(std::make_unique<gate>());
}

void scheduler::stop() {
  if (stopping_.exchange(true)) return;
  spares_.stop();
  wakes_.fetch_add(1, std::memory_order_release);
  port::futex_wake(wakes_, INT32_MAX);
  keeper_.stop();
  std::vector<std::thread> threads;
  {
    const std::lock_guard lock(threads_mutex_);
    threads = std::move(threads_);
  }
  for (std::thread& thread : threads) thread.join();
  if (options_.by_hand != nullptr) options_.by_hand->clear();
}

void scheduler::worker_main() {
  thread_context self(*this);
  attach(self);
  set_this_thread(&self);
  // The first ticks; from then on they go on while any worker is awake.
  keeper_.wake();
  bool searched = false;
  while (!stopping_.load(std::memory_order_acquire)) {
    if (!owns_slot(self)) {
      self.slot = spares_.take(self);
      if (self.slot == nullptr) break;
    }
    if (unit* item = find_work(self)) {
      // While this thread searched, submitters woke nobody: if there is more than this one item, the next searcher is woken here.
      if (std::exchange(searched, false) && anything_queued()) wake_one();
      runner_.run(*item, self);
    } else {
      park();
      searched = true;
    }
  }
  if (self.slot != nullptr) self.slot->owner.store(nullptr, std::memory_order_release);
  set_this_thread(nullptr);
  detach(self);
}

bool scheduler::owns_slot(thread_context& self) noexcept {
  if (self.slot != nullptr && self.slot->owner.load(std::memory_order_acquire) != &self) self.slot = nullptr;
  return self.slot != nullptr;
}

unit* scheduler::find_work(thread_context& self) noexcept {
  if (unit* item = self.slot->queue.pop()) return item;
  if (unit* item = injected_.steal(self.slot->queue)) return item;
  for (const auto& victim : slots_) {
    if (victim.get() == self.slot) continue;
    if (unit* item = victim->queue.steal(self.slot->queue)) return item;
  }
  return nullptr;
}

bool scheduler::anything_queued() const noexcept {
  if (!injected_.empty()) return true;
  return std::any_of(slots_.begin(), slots_.end(), [](const auto& slot) { return !slot->queue.empty(); });
}

bool scheduler::search_a_while() noexcept {
  searching_.fetch_add(1, std::memory_order_seq_cst);
  const auto give_up = std::chrono::steady_clock::now() + spin_before_parking;
  bool found = false;
  do {
    for (int i = 0; i < 32 && !found; ++i) {
      found = anything_queued();
      if (!found) port::cpu_relax();
    }
  } while (!found && std::chrono::steady_clock::now() < give_up);
  searching_.fetch_sub(1, std::memory_order_seq_cst);
  return found;
}

void scheduler::park() {
  if (search_a_while()) return;
  const std::uint32_t seen = wakes_.load(std::memory_order_acquire);
  sleeping_.fetch_add(1, std::memory_order_seq_cst);
  if (!anything_queued() && !stopping_.load(std::memory_order_seq_cst)) {
    port::futex_wait(wakes_, seen, port::steady_time::max());
  }
  sleeping_.fetch_sub(1, std::memory_order_seq_cst);
  keeper_.wake();
}

void scheduler::wake_one() noexcept {
  // A searcher looks at every queue once more after it stopped searching, so what was queued before is seen.
  if (searching_.load(std::memory_order_seq_cst) != 0 || sleeping_.load(std::memory_order_seq_cst) == 0) return;
  wakes_.fetch_add(1, std::memory_order_release);
  port::futex_wake(wakes_, 1);
}

void scheduler::submit(unit& held) noexcept {
  if (options_.by_hand != nullptr) return options_.by_hand->push(held);
  thread_context* self = this_thread();
  const bool own = self != nullptr && &self->owner() == this && self->slot != nullptr;
  (own ? self->slot->queue : injected_).push(held);
  wake_one();
}

void scheduler::defer(unit& held) noexcept {
  gate* door = held.door.load(std::memory_order_seq_cst);
  if (door == nullptr || !door->defer(held)) submit(held);
}

bool scheduler::run_one(thread_context& self) {
  manual& hand = *options_.by_hand;
  timer_queue().fire(hand.now());
  unit* next = hand.take();
  if (next != nullptr) runner_.run(*next, self);
  return next != nullptr;
}

port::steady_time now() noexcept {
  const thread_context* self = this_thread();
  return self == nullptr ? std::chrono::steady_clock::now() : self->owner().now();
}

void scheduler::attach(thread_context& context) {
  const std::lock_guard lock(contexts_mutex_);
  contexts_.push_back(&context);
}

void scheduler::detach(thread_context& context) {
  const std::lock_guard lock(contexts_mutex_);
  std::erase(contexts_, &context);
}

bool scheduler::begin_blocking(thread_context& self) {
  if (!owns_slot(self)) return true;
  worker_slot& slot = *self.slot;
  thread_context* expected = &self;
  // Lost to the timekeeper meanwhile: then there is nothing left to hand on.
  if (!slot.owner.compare_exchange_strong(expected, nullptr, std::memory_order_acq_rel)) {
    self.slot = nullptr;
    return true;
  }
  switch (spares_.give(slot)) {
    case spares::offer::refused:
      slot.owner.store(&self, std::memory_order_release);
      return false;
    case spares::offer::need_thread:
      if (!try_add_thread() && spares_.withdraw(slot)) {
        slot.owner.store(&self, std::memory_order_release);
        return false;  // as where all spares wait
      }
      break;
    case spares::offer::taken_over:
      break;
  }
  self.slot = nullptr;
  return true;
}

std::chrono::nanoseconds scheduler::frozen_time() const noexcept {
  const std::int64_t since = frozen_since_.load(std::memory_order_acquire);
  const std::int64_t before = frozen_ns_.load(std::memory_order_acquire);
  return std::chrono::nanoseconds{before + (since == 0 ? 0 : std::max<std::int64_t>(0, now_ns() - since))};
}

bool scheduler::watch() {
  bool busy = sleeping_.load(std::memory_order_seq_cst) < slots_.size();
  const std::int64_t tick =
      std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now().time_since_epoch())
          .count();
  const std::lock_guard lock(contexts_mutex_);
  for (thread_context* context : contexts_) {
    unit* running = context->at(0);
    auto& seen = context->watched;
    // since 0: never looked at. A thread that has entered a unit and not yet begun its handler has no entry to compare.
    if (seen.since == 0 || seen.entries != context->entries() || running == nullptr) {
      // Attached threads run short handlers between two ticks: keep ticking while they come and go.
      busy = busy || running != nullptr || seen.entries != context->entries();
      seen = {context->entries(), tick, false};
      continue;
    }
    busy = true;
    const std::chrono::milliseconds stuck{tick - seen.since};
    if (stuck >= options_.retake_after) retake(*context);
    if (stuck >= options_.long_handler && !seen.reported) {
      seen.reported = true;
      runner_.handler_runs_long(*running, context->message(), stuck);
    }
  }
  return busy;
}

void scheduler::retake(thread_context& stuck) {
  for (const auto& slot : slots_) {
    thread_context* expected = &stuck;
    if (slot->owner.load(std::memory_order_acquire) != &stuck) continue;
    if (!slot->owner.compare_exchange_strong(expected, nullptr, std::memory_order_acq_rel)) return;
    // Forced: with no spare left the slot waits for the next thread that comes free, which may be the stuck one. It must not be handed back to
    // that one here: it may already have seen that it lost it.
    if (spares_.give(*slot, true) == spares::offer::need_thread && !try_add_thread()) spares_.no_thread();
    return;
  }
}

attached_thread::attached_thread(scheduler& owner) : current_(this_thread()), outer_(current_) {
  if (current_ != nullptr && &current_->owner() == &owner) return;
  current_ = &own_.emplace(owner);
  owner.attach(*own_);
  set_this_thread(current_);
}

attached_thread::~attached_thread() {
  if (!own_) return;
  set_this_thread(outer_);
  own_->owner().detach(*own_);
}

}  // namespace patchbay::scheduler
