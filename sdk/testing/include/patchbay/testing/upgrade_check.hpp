#pragma once
// A module's code_change, up and down over many states.
#include <string_view>

#include <patchbay/entry.hpp>
#include <patchbay/rehearsal.hpp>
#include <patchbay/testing/host.hpp>

namespace patchbay::testing {

/// For each older version that the module has a code_change for: draws states from the schema (and takes options.states_json), runs them up and
/// down, and compares what came back in canonical form; new states go down and up. Throws failure whose text names the smallest state found and what
/// changed, field by field; also where the module has no code_change. How many states that were:
std::size_t upgrade_check(module_factory* module, const rehearsal_options& options = {});

}  // namespace patchbay::testing
