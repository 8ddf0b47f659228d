#pragma once
// Where replies go: one slot for each call that waits, named by a tag that stays harmless for ever.
#include <array>
#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

#include <patchbay/abi.h>

#include "message/envelope.hpp"
#include "port/futex.hpp"
#include "scheduler/unit.hpp"

namespace patchbay::process {

/// A slot's state is (sequence, phase) in one word:
///   free -> open          by its new owner                     the tag (index, sequence) is valid from here
///   open -> delivering    by whoever replies, compare-and-swap  exactly one replier wins; all others are dropped
///   delivering -> delivered  by that replier, with the answer in place
///   open | delivered -> free  by the owner, sequence + 1        every older tag is dropped from here on
/// An owner that gives up while a reply is being delivered waits the few instructions until it is.
/// Slots are never unmapped. Thread: open, wait and close are the owner's; deliver is anybody's.
class reply_slot {
 public:
  [[nodiscard]] bool delivered() const noexcept {
    return phase(state_.load(std::memory_order_acquire)) == is_delivered;
  }
  [[nodiscard]] bool still_open() const noexcept { return phase(state_.load(std::memory_order_acquire)) == is_open; }

  // The answer. The replier writes it between delivering and delivered, the owner reads it afterwards.
  pb_status status = PB_OK;
  std::uint32_t reason_kind = 0;
  std::string text;
  message::payload content;
  // Of send_request: who gets the response, whom it asked and what. Of blocking(): only the owner.
  pb_pid owner = 0;
  pb_pid asked = 0;
  std::uint32_t type_id = 0;  // of the request
  // Code of the generation that sent it, which may be unmapped meanwhile: only for a reader that is of that generation.
  const pb_type* reply_type = nullptr;
  const message::code_use* maker = nullptr;
  // Whose answer something that drains waits for (scheduler/gate.hpp); lowered once, by who delivers or by the owner that closes.
  std::atomic<scheduler::unit*> awaits{nullptr};

 private:
  friend class reply_table;
  enum : std::uint64_t { is_free = 0, is_open = 1, is_delivering = 2, is_delivered = 3 };
  static constexpr std::uint64_t phase(std::uint64_t state) noexcept { return state & 3; }

  std::atomic<std::uint64_t> state_{std::uint64_t{1} << 2};
  std::atomic<std::uint32_t> word_{0};  // futex: 0 nobody sleeps, 1 delivered, 2 the owner sleeps
  std::uint32_t index_ = 0;
};

/// What is on its way into a slot.
struct delivery {
  pb_status status = PB_OK;
  std::uint32_t reason_kind = 0;
  std::string text;
  message::payload content;
};

class reply_table {
 public:
  reply_table() = default;
  ~reply_table();
  reply_table(const reply_table&) = delete;
  reply_table& operator=(const reply_table&) = delete;

  /// nullptr: too many calls wait (overloaded).
  reply_slot* open(pb_pid owner = 0);
  [[nodiscard]] static std::uint64_t tag(const reply_slot& slot) noexcept;
  /// The slot of a tag, as long as that call waits or its answer lies there; nullptr afterwards.
  [[nodiscard]] reply_slot* find(std::uint64_t tag) const noexcept;
  /// Ends the owner's use; what was delivered is destroyed.
  void close(reply_slot& slot) noexcept;
  /// Gives up: false where an answer came in time after all (it lies there; read it, then close). True: closed.
  bool abandon(reply_slot& slot) noexcept;

  enum class fate { dropped, delivered };
  /// `owner` receives whom to tell, 0 for a sleeping thread (which has been woken).
  fate deliver(std::uint64_t tag, delivery&& what, pb_pid& owner) noexcept;
  /// Sleeps until delivered; false at the deadline.
  static bool wait(reply_slot& slot, port::steady_time deadline) noexcept;

  /// Answers every open slot without an owner with this status: the host stops.
  void fail_all(pb_status status, const std::string& text);

 private:
  static constexpr std::uint32_t chunk_slots = 1024;
  static constexpr std::uint32_t max_chunks = 16384;
  static constexpr unsigned sequence_bits = 40;
  static constexpr std::uint64_t sequence_mask = (std::uint64_t{1} << sequence_bits) - 1;

  [[nodiscard]] reply_slot* at(std::uint32_t index) const noexcept;
  static void settle(reply_slot& slot) noexcept;
  void recycle(reply_slot& slot) noexcept;
  static void settle_awaited(reply_slot& slot) noexcept;

  std::array<std::atomic<reply_slot*>, max_chunks> chunks_{};
  std::mutex mutex_;
  std::vector<reply_slot*> free_;  // guarded by mutex_
  std::uint32_t made_ = 0;         // guarded by mutex_
};

}  // namespace patchbay::process
