#pragma once
// From a verified copy to a generation whose modules can be dispatched to.
#include "code/generation.hpp"
#include "message/type_registry.hpp"
#include "port/outcome.hpp"

namespace patchbay::code {

/// Loads target.copy, runs its entry, compares its table with target.facts, gives every type its ids, builds the modules. On failure the
/// library may be open still: detach() it. Errors: dlopen_failed, missing_entry, entry_failed, wrong_abi, bad_table, facts_differ.
outcome<void> attach(generation& target, message::type_registry& types, const pb_host& host);
/// Its first half, without a look at facts: target.library and target.table are there. Errors: those of attach up to bad_table.
outcome<void> enter(generation& target, const pb_host& host);
/// Its second half. REQUIRES: enter() has succeeded.
void take_in(generation& target, message::type_registry& types);

/// Gives every type of a plugin's table its id. Types that a type_registry knew already get the same one again.
void adopt_types(const pb_plugin& table, message::type_registry& types);

/// What remains of a library after the loader was told to unload it.
struct detachment {
  std::vector<std::string> proof;    ///< that it is gone, one line for each place that was looked at
  std::vector<std::string> remains;  ///< empty: it is gone
};
/// Destroys the modules and unloads the library, or looks again where that was tried before.
/// REQUIRES: nothing needs the code, and no frame of it is on this thread's stack.
detachment detach(generation& old);

}  // namespace patchbay::code
