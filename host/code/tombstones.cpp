#include "code/tombstones.hpp"

#include <utility>

#include "port/memory.hpp"

namespace patchbay::code {

tombstones::~tombstones() {
  for (const auto& each : stones_) port::give_back_range(each.range);
}

void tombstones::add(const port::address_range& range, std::string label) {
  if (most_ == 0 || !port::hold_range(range)) return;
  if (stones_.size() == most_) {
    port::give_back_range(stones_.front().range);
    stones_.pop_front();
  }
  stones_.push_back({range, std::move(label)});
}

}  // namespace patchbay::code
