#pragma once
// The ways of all modules of a set.
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "behaviour/args.hpp"
#include "process/system.hpp"
#include "release/swap/route.hpp"
#include "release/swap/swap.hpp"

namespace patchbay::release {

/// One module's, with what its servers are given.
struct planned_route {
  route way;
  const pb_args* config = nullptr;         ///< of the new release
  std::uint32_t label = 0;                 ///< of way.to, for whoever looks from outside
  process::process_group* left = nullptr;  ///< the group of way.from
  std::uint32_t number = 0;                ///< its place in routes::in_order()
  std::size_t application = 0;             ///< its place in the set
};

/// Decided before anything is touched, fixed afterwards. Outlives the swap where a migration thread is abandoned.
class routes {
 public:
  /// Errors: those of find_route.
  static outcome<std::shared_ptr<const routes>> plan(process::system& system, const std::vector<swap_application>& set);

  /// nullptr: no module of the set. By the label, which can be read without the process's token.
  [[nodiscard]] const planned_route* of_label(std::uint32_t label) const;
  [[nodiscard]] const planned_route* of(const process::module& code) const;
  /// All, by planned_route::number.
  [[nodiscard]] const std::vector<const planned_route*>& in_order() const noexcept { return in_order_; }
  /// The name of the deleted module that has this label, nullptr: it is none.
  [[nodiscard]] const std::string* deleted(std::uint32_t label) const;
  /// Whether the servers with this label of a new module have what behaviour::settle_in is for.
  [[nodiscard]] bool keeps_companions(std::uint32_t new_label) const { return companions_.contains(new_label); }
  [[nodiscard]] bool keeps_companions() const noexcept { return !companions_.empty(); }
  [[nodiscard]] bool deletes() const noexcept { return !deleted_.empty(); }

 private:
  std::vector<behaviour::args_table> configurations_;
  std::map<const process::module*, planned_route> by_module_;
  std::map<std::uint32_t, const planned_route*> by_label_;
  std::vector<const planned_route*> in_order_;
  std::map<std::uint32_t, std::string> deleted_;
  std::set<std::uint32_t> companions_;
};

}  // namespace patchbay::release
