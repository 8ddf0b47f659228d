#pragma once
// What becomes of messages between the versions: queued ones, and those that other applications send.
#include <string>
#include <vector>

#include "release/plan/plan.hpp"

namespace patchbay::release {

/// One line for each message that `from` takes and `to` does not take in the same form.
std::vector<std::string> message_notes(const code::module_facts& from, const code::module_facts& to);

/// Compares every import of every application of `to` with what the modules of `to` take. The notes name imports that no module of either
/// release takes. Errors: import_changed.
outcome<std::vector<std::string>> check_imports(const release_view& from, const release_view& to);

}  // namespace patchbay::release
