#pragma once
// A supervisor's children in the order in which they started, found by id and by pid.
#include <cstdint>
#include <list>
#include <string_view>
#include <unordered_map>

#include <patchbay/abi.h>

#include "behaviour/child_spec.hpp"

namespace patchbay::behaviour {

struct child {
  child_spec spec;
  std::uint64_t serial = 0;  ///< the table's own name for it, never given again
  pb_pid pid = 0;            ///< 0: does not run
  pb_pid last_pid = 0;       ///< the newest that it had: by it a child without id is named while it is being restarted
  bool restarting = false;   ///< a restart failed and will be tried again
};

/// Children stay at their address until they are erased. Not thread-safe.
/// With ids each child is found by its own; without, ids mean nothing and may be there twice (simple_one_for_one, DynamicSupervisor).
class child_table {
 public:
  using list = std::list<child>;

  explicit child_table(bool with_ids = true) : with_ids_(with_ids) {}
  /// Empty, to take the children of another one over: it gives no serial that the other one gave.
  explicit child_table(const child_table* successor_of)
      : with_ids_(successor_of->with_ids_), next_serial_(successor_of->next_serial_) {}
  child_table(child_table&&) noexcept = default;
  child_table& operator=(child_table&&) noexcept = default;

  /// REQUIRES: no child has this id.
  child& add(child_spec spec);
  /// One that is in another table, as it is but for its spec.
  void carry_over(const child& from, child_spec spec);
  void erase(child& gone);
  /// nullptr: there is none.
  [[nodiscard]] child* find(std::string_view id);
  [[nodiscard]] child* running_as(pb_pid pid);
  /// Also one that is being restarted, by its last pid.
  [[nodiscard]] child* known_as(pb_pid pid);
  [[nodiscard]] child* by_serial(std::uint64_t serial);
  /// Sets its pid, 0 where it does not run (any more).
  void set_pid(child& which, pb_pid pid);

  [[nodiscard]] list& in_order() noexcept { return children_; }
  [[nodiscard]] const list& in_order() const noexcept { return children_; }
  [[nodiscard]] list::iterator place_of(const child& which) { return by_serial_.find(which.serial)->second; }

 private:
  void index(list::iterator added);

  list children_;
  bool with_ids_;
  std::uint64_t next_serial_ = 1;
  std::unordered_map<std::uint64_t, list::iterator> by_serial_;
  // Keys are the specs' own ids: they live as long as the entries.
  std::unordered_map<std::string_view, child*> by_id_;
  std::unordered_map<pb_pid, child*> by_pid_;
};

}  // namespace patchbay::behaviour
