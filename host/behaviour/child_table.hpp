#pragma once
// A supervisor's children in the order in which they started, found by id and by pid.
#include <cstddef>
#include <list>
#include <string_view>
#include <unordered_map>

#include <patchbay/abi.h>

#include "behaviour/child_spec.hpp"

namespace patchbay::behaviour {

struct child {
  child_spec spec;
  pb_pid pid = 0;           ///< 0: does not run
  bool restarting = false;  ///< a restart failed and will be tried again
};

/// Children stay at their address until they are erased. Not thread-safe.
class child_table {
 public:
  /// REQUIRES: no child has this id.
  child& add(child_spec spec);
  void erase(child& gone);
  /// nullptr: there is none.
  [[nodiscard]] child* find(std::string_view id);
  [[nodiscard]] child* running_as(pb_pid pid);
  /// Sets its pid, 0 where it does not run (any more).
  void set_pid(child& which, pb_pid pid);

  [[nodiscard]] std::list<child>& in_order() noexcept { return children_; }
  [[nodiscard]] const std::list<child>& in_order() const noexcept { return children_; }

 private:
  std::list<child> children_;
  // Keys are the specs' own ids: they live as long as the entries.
  std::unordered_map<std::string_view, std::list<child>::iterator> by_id_;
  std::unordered_map<pb_pid, child*> by_pid_;
};

}  // namespace patchbay::behaviour
