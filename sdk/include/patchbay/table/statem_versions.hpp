#pragma once
// code_change of a gen_statem: that of its state and data together.
#include <patchbay/statem_events.hpp>
#include <patchbay/table/migrations.hpp>
#include <patchbay/upgrade.hpp>

namespace patchbay::detail {

/// A module as the machinery of migrations sees it: its state is what the host holds.
template <class Module>
struct statem_versions {
  using state = state_and_data<typename Module::state, typename Module::data>;

  template <class Direction, class Old, class... Config>
    requires requires(const Old& old, const Config&... config) { Module::code_change(Direction{}, old, config...); }
  static auto code_change(Direction direction, const Old& old, const Config&... config) {
    return Module::code_change(direction, old, config...);
  }
};

template <class Module, std::uint32_t Version>
  requires keeps_state<Module, Version>
struct old_state<statem_versions<Module>, Version> {
  using type = old_state_of<Module, Version>;
};

}  // namespace patchbay::detail
