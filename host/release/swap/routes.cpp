#include "release/swap/routes.hpp"

#include <memory>
#include <utility>

namespace patchbay::release {

outcome<std::shared_ptr<const routes>> routes::plan(process::system& system, const std::vector<swap_application>& set) {
  auto all = std::make_shared<routes>();
  all->configurations_.reserve(set.size());  // its elements are pointed to
  for (const swap_application& each : set) {
    all->configurations_.emplace_back(each.to_view == nullptr ? json::object() : each.to_view->env);
    const pb_args* config = all->configurations_.back().handle();
    for (const module_plan& module : each.plan->modules) {
      if (module.action == module_action::add) continue;
      const process::module* from = each.from->find(module.module);
      if (module.action == module_action::remove) {
        if (from != nullptr) all->deleted_.emplace(system.label_of(*from), module.module);
        continue;
      }
      outcome<route> way = find_route(*each.plan, module, *each.from, *each.to);
      if (!way) return way.failure();
      const std::uint32_t label = system.label_of(*way->to);
      const auto [at, added] =
          all->by_module_.emplace(from, planned_route{std::move(*way), config, label, &each.from->group,
                                                      static_cast<std::uint32_t>(all->in_order_.size()),
                                                      static_cast<std::size_t>(&each - set.data())});
      if (at->second.way.to->table().behaviour == PB_BEHAVIOUR_GEN_STATEM) all->companions_.insert(label);
      if (!added) continue;
      all->by_label_.emplace(system.label_of(*from), &at->second);
      all->in_order_.push_back(&at->second);
    }
  }
  return std::shared_ptr<const routes>(std::move(all));
}

const planned_route* routes::of_label(std::uint32_t label) const {
  const auto found = by_label_.find(label);
  return found == by_label_.end() ? nullptr : found->second;
}

const planned_route* routes::of(const process::module& code) const {
  const auto found = by_module_.find(&code);
  return found == by_module_.end() ? nullptr : &found->second;
}

const std::string* routes::deleted(std::uint32_t label) const {
  const auto found = deleted_.find(label);
  return found == deleted_.end() ? nullptr : &found->second;
}

}  // namespace patchbay::release
