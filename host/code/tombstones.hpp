#pragma once
// Ranges of unloaded generations, held so that a stale pointer faults instead of finding other code.
#include <deque>
#include <string>

#include "port/address_range.hpp"

namespace patchbay::code {

/// Thread: guarded by its owner.
class tombstones {
 public:
  explicit tombstones(unsigned most) : most_(most) {}
  tombstones(const tombstones&) = delete;
  tombstones& operator=(const tombstones&) = delete;
  ~tombstones();

  /// Holds a range; beyond the most that are held, the oldest is given back. Where something else lies there already, nothing is held.
  void add(const port::address_range& range, std::string label);

  struct stone {
    port::address_range range;
    std::string label;
  };
  [[nodiscard]] const std::deque<stone>& all() const noexcept { return stones_; }

 private:
  unsigned most_;
  std::deque<stone> stones_;  // oldest first
};

}  // namespace patchbay::code
