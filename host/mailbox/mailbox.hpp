#pragma once
// Many writers, one reader: a process's mailbox and its token in one word.
#include <atomic>
#include <cstdint>

#include "message/envelope.hpp"

namespace patchbay::mailbox {

/// What a push met.
enum class pushed {
  queued,    ///< somebody holds the token and will see the envelope
  schedule,  ///< nobody did: the pusher now holds the token and must hand it to the scheduler
  closed     ///< no such process any more; the envelope is still the pusher's
};
enum class acquired { yes, busy, closed };

/// A singly linked list in the order of handling.
struct envelope_list {
  message::envelope* first = nullptr;
  message::envelope* last = nullptr;
  [[nodiscard]] bool empty() const noexcept { return first == nullptr; }
  [[nodiscard]] message::envelope* pop() noexcept {
    message::envelope* head = first;
    first = head->next;
    if (first == nullptr) last = nullptr;
    head->next = nullptr;
    return head;
  }
  void append(envelope_list more) noexcept {
    if (more.empty()) return;
    (last == nullptr ? first : last->next) = more.first;
    last = more.last;
  }
};

/// The word: the slot's generation in the upper 16 bits, then a pointer or a mark.
///   (g, idle)   nobody holds the token, nothing is queued
///   (g, 0)      the token is held (by a thread, or by the scheduler's queue), nothing is queued
///   (g, p)      the token is held, p is the newest of a chain that is linked newest first
///   (g, shut)   the slot is free; its next process will be of generation g
///
/// Invariants:
///  - One compare-and-swap both checks the generation and enqueues, so nothing reaches a process that the sender did not mean.
///  - Only the holder of the token takes, releases or closes. Writers only push; so there is no ABA on the chain.
///  - A release succeeds only over an empty chain: an envelope is never left without somebody who will look.
///  - Envelopes of one writer come out in the order in which it pushed them (the chain is reversed when taken).
/// Memory order: a push releases, a take acquires, a release of the token releases, an acquire acquires: what a holder did to the process
/// happens before what the next holder does.
class mailbox {
 public:
  /// The newest generation that a slot can have; then it is retired, so that a pid is never reused.
  static constexpr std::uint32_t last_generation = 0xFFFF;

  explicit mailbox(std::uint32_t generation = 1) noexcept : word_(join(generation, shut)) {}

  /// Thread: any.
  pushed push(std::uint32_t generation, message::envelope* node) noexcept {
    std::uint64_t seen = word_.load(std::memory_order_relaxed);
    for (;;) {
      if ((seen >> pointer_bits) != generation) return pushed::closed;
      const std::uint64_t mark = seen & pointer_mask;
      if (mark == shut) return pushed::closed;
      node->next = mark == idle ? nullptr : reinterpret_cast<message::envelope*>(mark);
      // acq_rel: where this takes the token (idle before), the former holder's work must be visible to whoever runs it.
      if (word_.compare_exchange_weak(seen, join(generation, reinterpret_cast<std::uint64_t>(node)),
                                      std::memory_order_acq_rel, std::memory_order_relaxed)) {
        return mark == idle ? pushed::schedule : pushed::queued;
      }
    }
  }

  /// Takes the token of an idle process with nothing queued. Thread: any.
  acquired try_acquire(std::uint32_t generation) noexcept {
    std::uint64_t expected = join(generation, idle);
    if (word_.compare_exchange_strong(expected, join(generation, 0), std::memory_order_acq_rel,
                                      std::memory_order_relaxed)) {
      return acquired::yes;
    }
    if ((expected >> pointer_bits) != generation || (expected & pointer_mask) == shut) return acquired::closed;
    return acquired::busy;
  }

  /// All that is queued, oldest first; the token stays. REQUIRES: the token.
  envelope_list take_all() noexcept;

  /// Gives the token up unless something is queued. REQUIRES: the token.
  bool try_release() noexcept {
    std::uint64_t seen = word_.load(std::memory_order_relaxed);
    if ((seen & pointer_mask) != 0) return false;
    return word_.compare_exchange_strong(seen, (seen & ~pointer_mask) | idle, std::memory_order_acq_rel,
                                         std::memory_order_relaxed);
  }
  [[nodiscard]] bool has_mail() const noexcept { return (word_.load(std::memory_order_relaxed) & pointer_mask) > shut; }

  /// Makes a free slot's mailbox that of a new process whose token the caller holds. REQUIRES: shut.
  void open() noexcept {
    word_.store(word_.load(std::memory_order_relaxed) & ~pointer_mask, std::memory_order_release);
  }

  /// From now on every push is refused; what was queued comes back. The generation goes up. REQUIRES: the token.
  envelope_list close() noexcept;

  [[nodiscard]] std::uint32_t generation() const noexcept {
    return static_cast<std::uint32_t>(word_.load(std::memory_order_acquire) >> pointer_bits);
  }
  /// True while a process of this generation lives.
  [[nodiscard]] bool live(std::uint32_t generation) const noexcept {
    const std::uint64_t seen = word_.load(std::memory_order_acquire);
    return (seen >> pointer_bits) == generation && (seen & pointer_mask) != shut;
  }

 private:
  static constexpr unsigned pointer_bits = 48;
  static constexpr std::uint64_t pointer_mask = (std::uint64_t{1} << pointer_bits) - 1;
  static constexpr std::uint64_t idle = 1;
  static constexpr std::uint64_t shut = 2;
  static constexpr std::uint64_t join(std::uint32_t generation, std::uint64_t low) noexcept {
    return (std::uint64_t{generation} << pointer_bits) | low;
  }
  static envelope_list in_order(std::uint64_t newest) noexcept;

  std::atomic<std::uint64_t> word_;
};

}  // namespace patchbay::mailbox
