#include "mailbox/mailbox.hpp"

namespace patchbay::mailbox {

envelope_list mailbox::in_order(std::uint64_t newest) noexcept {
  envelope_list list;
  if (newest <= shut) return list;
  auto* node = reinterpret_cast<message::envelope*>(newest);
  list.last = node;
  while (node != nullptr) {
    message::envelope* older = node->next;
    node->next = list.first;
    list.first = node;
    node = older;
  }
  return list;
}

envelope_list mailbox::take_all() noexcept {
  std::uint64_t seen = word_.load(std::memory_order_relaxed);
  if ((seen & pointer_mask) == 0) return {};
  seen = word_.exchange(seen & ~pointer_mask, std::memory_order_acq_rel);
  return in_order(seen & pointer_mask);
}

envelope_list mailbox::close() noexcept {
  const std::uint32_t next = static_cast<std::uint32_t>(word_.load(std::memory_order_relaxed) >> pointer_bits) + 1;
  const std::uint64_t seen = word_.exchange(join(next & last_generation, shut), std::memory_order_acq_rel);
  return in_order(seen & pointer_mask);
}

}  // namespace patchbay::mailbox
